# inputs: [[1, 2], [3]]
def f(x):
    t = tuple(x)
    u = t + (5,) * 2
    return len(u) + u[-1] * 10 + u.index(5) * 100 + u.count(5) * 1000 + (t == tuple(x)) + (t < u) + (() == tuple([])) + u[::-1][0] + (1 in u) + ((1, 2) == (1, 2.0))
