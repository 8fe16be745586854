# inputs: [[1, 2, 3]]
def f(x):
    a, b = iter(x), iter([9])
    p = list(zip(a, b))
    return len(p) * 100 + sum(a)
