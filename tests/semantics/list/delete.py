# inputs: [[1, 2, 3, 4, 5, 6], [1, 2, 3]]
def f(x):
    a = list(x)
    del a[0]
    del a[-1]
    del a[::2]
    del a[5:]
    return sum(v * 10 ** i for i, v in enumerate(a)) * 10 + len(a)
