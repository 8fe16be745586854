# expect: impure
from itertools import cycle

ticks = cycle((0, 1, 1))

def f(x):
    return next(ticks)
