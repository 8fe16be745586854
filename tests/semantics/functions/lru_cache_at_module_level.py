# inputs: [[5], [60], [5]]
from functools import cache

@cache
def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)

def f(x):
    return fib(x[0])
