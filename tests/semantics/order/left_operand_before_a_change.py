# inputs: [[5]]
def f(x):
    n = x[0]
    r = n + (n := 7) * n
    a = [1]
    s = a + [a.append(2) or 3]
    return r * 100 + len(s) * 10 + len(a)
