# expect: correct=all
def f(x):
    import math
    from functools import reduce
    return math.floor(reduce(lambda a, b: a ^ int(b), x, 0))
