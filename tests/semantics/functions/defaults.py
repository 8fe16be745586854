# inputs: ["0", "01"]
def g(a, b=2, *c, d=4):
    return a + 10 * b + 100 * sum(c) + 1000 * d

def f(x):
    n = len(x)
    return g(n) + g(n, 3) + g(n, 3, 1, 1) + g(n, d=1) + g(b=1, a=n)
