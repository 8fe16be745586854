# inputs: [[1.0, 2.0, 4.0], [5.5], [-1.0, 1.0, -1.0, 1.0], []]
def f(x):
    m = sum(x) / len(x)
    v = sum((a - m) ** 2 for a in x) / len(x)
    return int(m * 1000) + int(v ** 0.5 * 1000)
