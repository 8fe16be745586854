# inputs: [[3, 1, 2], [0], []]
def f(x):
    a = list(x)
    it = (v for v in a if v > 0)
    r = 0
    for v in it:
        r = r * 10 + v
        if len(a) < 6:
            a.append(v - 1)
    a.append(9)
    return r * 100 + sum(it)
