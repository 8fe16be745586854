# expect: rejected:load ModuleNotFoundError
import numpy

def f(x):
    return int(numpy.array(list(x)).astype(int).sum() % 2)
