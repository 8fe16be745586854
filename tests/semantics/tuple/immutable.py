# inputs: [[1]]
def f(x):
    t = (1, 2)
    t[0] = 3
    return 1
