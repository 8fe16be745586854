# inputs: ["kitten|sitting", "|abc", "same|same", "0110|1001"]
from functools import lru_cache
def f(x):
    a, b = x.split("|")
    @lru_cache(None)
    def d(i, j):
        if not i or not j:
            return i + j
        return min(d(i - 1, j) + 1, d(i, j - 1) + 1, d(i - 1, j - 1) + (a[i - 1] != b[j - 1]))
    return d(len(a), len(b))
