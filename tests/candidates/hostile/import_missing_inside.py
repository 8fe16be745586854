# expect: exception=all raises:ModuleNotFoundError
def f(x):
    import numpy
    return int(numpy.array(list(x)).astype(int).sum() % 2)
