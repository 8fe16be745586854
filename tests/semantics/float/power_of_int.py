# inputs: [[16], [2], [1000000], [1]]
def f(x):
    n = x[0]
    r = int(n ** 0.5)
    return r * 10 + (r * r == n) + int(n ** 1.5) * 100
