# inputs: [[1, 2, 3], [4, 5], []]
def compose(p, q):
    return lambda v: p(q(v))
def f(x):
    inc = lambda v: v + 1
    dbl = lambda v: v * 2
    h = compose(inc, dbl)
    k = compose(dbl, compose(inc, inc))
    return h(len(x)) * 100 + k(3)
