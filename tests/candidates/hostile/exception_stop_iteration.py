# expect: exception=all raises:StopIteration
def f(x):
    return next(iter(()))
