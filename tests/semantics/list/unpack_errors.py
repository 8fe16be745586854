# inputs: [[1], [1, 2], [1, 2, 3]]
def f(x):
    a, b = x
    return a * 10 + b
