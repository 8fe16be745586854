# inputs: [[1, 2, 3], []]
def f(x):
    a = list(reversed(x))
    b = x[:]
    b.reverse()
    return (a == b) + 2 * (a == x[::-1]) + sum(v * i for i, v in enumerate(reversed(x)))
