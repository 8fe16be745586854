# inputs: [[1, 2, 3, 4]]
def f(x):
    x[::2] = [1]
    return 1
