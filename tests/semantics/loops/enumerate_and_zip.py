# inputs: ["0110", "1", ""]
def f(x):
    n = 0
    for i, c in enumerate(x, 5):
        n += i * int(c)
    for i, (a, b) in enumerate(zip(x, x[1:])):
        n += i * 100 * (a != b)
    for a, b, c in zip(x, range(10), reversed(x)):
        n += (a == c) * b * 1000
    return n + len(list(zip())) + len(list(zip(x)))
