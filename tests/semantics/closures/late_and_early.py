# inputs: [[1, 2, 3], [4, 5], []]
def f(x):
    add = lambda n: lambda m: n + m
    a, b = add(len(x)), add(10)
    fs = [lambda v, k=k: v * k for k in x]
    t = 0
    for g in fs:
        t = t * 7 + g(3)
    for i in range(3):
        h = lambda v, i=i: v + i
        t += h(t)
    return a(1) * 100 + b(1) + t
