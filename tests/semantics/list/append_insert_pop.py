# inputs: [[1, 2, 3], [5], [4, 4]]
def f(x):
    a = x[:]
    a.append(7)
    a.insert(0, 8)
    a.insert(-1, 9)
    a.insert(100, 1)
    a.insert(-100, 2)
    p = a.pop() * 10 + a.pop(0) * 100 + a.pop(-2) * 1000
    return p + sum(v * 3 ** i for i, v in enumerate(a)) + len(a)
