# inputs: [[1, 2, 3, 4, 5], [2, 2, 2]]
def f(x):
    a = list(x)
    for v in a:
        if v > 1:
            a.remove(v)
    return sum(v * 10 ** i for i, v in enumerate(a)) * 10 + len(a)
