# inputs: [[1]]
def f(x):
    a, b = x[0]
    return a
