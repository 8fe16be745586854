# inputs: ["0"]
def f(x):
    seen = []
    def t(v):
        seen.append(v)
        return v
    def g(a=t(1), b=t(2), *, c=t(3)):
        return a + b + c
    h = lambda a=t(4): a
    return g() * 100 + len(seen) * 10 + h(1)
