# inputs: [[], [5]]
from functools import reduce
def f(x):
    return reduce(lambda a, b: a + b, x)
