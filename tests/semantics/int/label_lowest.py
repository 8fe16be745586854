# inputs: [[0], [1]]
def f(x):
    return -(2 ** 63) - x[0]
