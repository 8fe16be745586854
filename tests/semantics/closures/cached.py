# inputs: [[1, 2, 3], [4, 5], []]
from functools import lru_cache
def solve(n):
    @lru_cache(maxsize=None)
    def go(i):
        return i if i < 2 else go(i - 1) + go(i - 2) + n
    return go(10)
fs = [lambda v, i=i: v + i for i in range(3)]
def f(x):
    return solve(len(x)) + solve(1) * 1000 + fs[1](len(x))
