# inputs: [[1, 2], []]
def f(x):
    a = []
    a.extend(x)
    a.extend("ab")
    a.extend(range(3))
    a.extend(v * 2 for v in x)
    a += (9, 8)
    a += "c"
    return len(a) * 1000 + sum(v for v in a if isinstance(v, int)) + a.count("a")
