# inputs: [[3, 1, 2], [0], []]
def f(x):
    a = [1, 2]
    m = zip(map(lambda v: v + len(a), x), x)
    a.append(3)
    t = 0
    for p, q in m:
        t = t * 10 + p * q
    k = filter(None, x)
    h = any(v > 2 for v in k)
    return t * 10 + h + len(list(k)) * 2
