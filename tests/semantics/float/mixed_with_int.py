# inputs: [[3], [-4], [0]]
def f(x):
    n = x[0]
    v = n + 0.5
    n *= 2
    v += n
    return int(v * 2) + (n == float(n)) + (type(n + 0.0) is float) + int(n // 0.5) + (3 == 3.0) + (2 ** 0.5 < 1.5)
