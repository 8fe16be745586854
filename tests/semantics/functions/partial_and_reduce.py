# inputs: [[1, 2, 3], [4]]
from functools import partial, reduce
import operator

def f(x):
    add = partial(operator.add, 10)
    return reduce(lambda a, b: a * 7 + b, x) * 100 + reduce(operator.mul, x, 2) + add(1)
