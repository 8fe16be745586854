# inputs: ["0110", "01101001", ""]
import functools
def f(x):
    @functools.cache
    def best(i, j):
        if i > j:
            return 0
        if x[i] == x[j]:
            return best(i + 1, j - 1) + (1 if i == j else 2)
        return max(best(i + 1, j), best(i, j - 1))
    return best(0, len(x) - 1)
