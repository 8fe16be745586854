# inputs: [[1, 2, 1, 3], [2], [3, 1], []]
def f(x):
    a = list(x)
    a.remove(1)
    return a.index(3) * 10 + a.count(1) + x.index(1, 0, 3)
