# expect: correct=all
import functools
import operator

def f(x):
    return functools.reduce(operator.xor, map(int, x))
