# inputs: [[1], [1, 2]]
def f(x):
    del x[1]
    return len(x)
