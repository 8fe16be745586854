# inputs: [[5], [60], [0]]
from functools import lru_cache

def f(x):
    @lru_cache(maxsize=None)
    def fib(n):
        return n if n < 2 else fib(n - 1) + fib(n - 2)
    return fib(x[0])
