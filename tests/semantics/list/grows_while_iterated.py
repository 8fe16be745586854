# inputs: [[1, 2, 3], []]
def f(x):
    a = list(x)
    n = 0
    for v in a:
        n += v
        if len(a) < 8:
            a.append(v + 1)
    return n * 100 + len(a)
