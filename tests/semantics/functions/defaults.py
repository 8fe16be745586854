# inputs: ["0", "01"]
# tier: declined
def g(a, b=2, *c, d=4, **e):
    return a + 10 * b + 100 * sum(c) + 1000 * d + 10000 * sum(e.values())

def f(x):
    n = len(x)
    return g(n) + g(n, 3) + g(n, 3, 1, 1) + g(n, d=1) + g(b=1, a=n) + g(n, z=2) + g(*[n, 1, 2], **{"d": 0, "q": 1})
