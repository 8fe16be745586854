# inputs: [[5], [0], [-3], [1]]
def f(x):
    k, n = x[0], 0
    for r in (range(k), range(1, k), range(k, 0, -1), range(0, k, 2), range(10, k, -3), range(k, k + 3), range(-k, k)):
        n = n * 5 + len(r)
        for v in r:
            n = (n * 7 + v) % 1000000007
    return n
