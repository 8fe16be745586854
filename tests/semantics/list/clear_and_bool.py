# inputs: [[1], []]
def f(x):
    a = x.copy()
    n = 1 if a else 2
    a.clear()
    return n * 10 + (not a) + len(x)
