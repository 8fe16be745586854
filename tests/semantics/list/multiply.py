# inputs: [[1, 2], []]
def f(x):
    a = x * 3
    a *= 2
    return len(a) + len(x * 0) + len(x * -1) + len(2 * x) * 100
