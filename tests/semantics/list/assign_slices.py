# inputs: [[1, 2, 3, 4], [1], []]
def f(x):
    a = list(x)
    a[1:2] = [7, 8, 9]
    a[:0] = [5]
    a[len(a):] = "x"
    a[-1:] = [6, 6]
    a[::2] = [0] * len(a[::2])
    a[3:1] = [2]
    n = len(a)
    for v in a:
        n = n * 11 + v
    return n
