# expect: out_of_fuel=all
import sys

def f(x):
    sys.setrecursionlimit(10**8)
    return f(x)
