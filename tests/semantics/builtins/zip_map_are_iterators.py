# inputs: ["0110"]
def f(x):
    z = zip(x, range(4))
    a = next(z)[1]
    b = sum(i for _, i in z)
    c = len(list(z))
    m = map(int, x)
    d = next(m) * 10 + next(m)
    e = list(m)
    r = enumerate(x)
    next(r)
    return a + b * 10 + c + d * 100 + len(e) * 1000 + next(r)[0]
