# inputs: [[2, 3, 0], [2, 3, 5]]
def f(x):
    return pow(x[0], x[1], x[2])
