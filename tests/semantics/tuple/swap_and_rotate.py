# inputs: [[1, 2, 3]]
def f(x):
    a, b, c = x
    a, b = b, a
    a, b, c = c, a, b
    x[0], x[-1] = x[-1], x[0]
    return a * 100 + b * 10 + c + x[0] * 1000
