# inputs: [[1.0, 0.0], [0.0, -0.0], [1.0, 2.0]]
def f(x):
    return int(x[0] / x[1] * 2)
