# inputs: [[1, 2, 3]]
def f(x):
    seen = []
    def t(v):
        seen.append(v)
        return v
    x[t(0):t(2)] = [t(5), t(6), t(7)]
    n = 0
    for v in seen + x:
        n = n * 10 + v
    return n
