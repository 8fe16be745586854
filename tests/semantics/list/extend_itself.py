# inputs: [[1, 2, 3]]
def f(x):
    a = list(x)
    a.extend(a)
    a += a
    return len(a) * 100 + sum(a)
