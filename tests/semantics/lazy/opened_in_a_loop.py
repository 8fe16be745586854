# inputs: [[3, 1, 2], [0], []]
def f(x):
    t = 0
    for k in range(3):
        g = (v * k for v in x)
        if k != 1:
            t += next(g, 7)
        t = t * 10 + sum(g)
    z = zip(g, x)
    return t + len(list(z))
