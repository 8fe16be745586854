# expect: correct=all
from functools import cache

@cache
def parity(x):
    return x.count("1") % 2
