# inputs: [[1, 2, 3]]
def f(x):
    k = 1
    g = (v * k for v in x)
    k = 10
    n = next(g)
    k = 100
    return n + sum(g)
