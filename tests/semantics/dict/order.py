# inputs: ["31425", "11", "921"]
def f(x):
    d = {}
    for i, c in enumerate(x):
        d[c] = i
    d.pop(x[0])
    d[x[0]] = 7
    d[x[1]] = 8
    n = 0
    for k in d:
        n = n * 11 + int(k)
    for k, v in d.items():
        n = n * 11 + v
    return n + len(list(reversed(d))) + int(next(iter(d)))
