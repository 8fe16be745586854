# inputs: [[1, 2, 3], [4, 5, 6]]
def f(x):
    n = 0
    for a, *b in [x, x[::-1], (7,)]:
        n = n * 10 + a + len(b)
    for (i, j), k in [((1, 2), 3), ((4, 5), 6)]:
        n = n * 10 + i * j + k
    d = {}
    for d["k"] in x:
        n += d["k"]
    return n
