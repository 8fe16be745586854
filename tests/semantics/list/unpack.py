# inputs: [[1, 2, 3], [1, 2], [1, 2, 3, 4, 5]]
def f(x):
    a, *b = x
    *c, d = x
    e, *g, h = x
    i = [*x, 0, *x]
    j, (k, l), *m = 1, (2, 3), 4, 5
    return a + d * 10 + len(b) * 100 + len(c) * 1000 + len(g) * 10000 + e + h + len(i) + j + k + l + sum(m)
