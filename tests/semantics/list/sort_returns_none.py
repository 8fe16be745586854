# inputs: [[2, 1]]
def f(x):
    return x.sort() is None and x[0]
