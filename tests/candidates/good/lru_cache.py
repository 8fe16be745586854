# expect: correct=all
# State that does not show: a cache does not change any answer.
from functools import lru_cache

@lru_cache(maxsize=None)
def f(x):
    return 0 if not x else (x[0] == "1") ^ f(x[1:])
