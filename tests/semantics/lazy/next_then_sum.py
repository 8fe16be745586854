# inputs: ["0110", "1", ""]
def f(x):
    n = 1
    g = (int(c) + n for c in x)
    n = 5
    a = next(g, 100)
    b = sum(g)
    m = map(int, x)
    t = 0
    for v in m:
        t = t * 3 + v
        if v:
            break
    rest = list(m)
    return a * 1000 + b * 100 + t * 10 + len(rest) + sum(m) + len(list(g))
