# inputs: [[1, 2]]
def f(x):
    a = x
    b = x[:]
    c = x.copy()
    a.append(3)
    b += [4]
    d = a
    d = d + [5]
    e = [[0] * 2] * 2
    e[0][1] = 9
    g = [[0] * 2 for _ in range(2)]
    g[0][1] = 9
    return len(x) * 1000 + len(b) * 100 + len(c) * 10 + len(d) + e[1][1] * 10000 + g[1][1] * 100000 + (a is x) + (b is x)
