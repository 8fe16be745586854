# inputs: [[1]]
def f(x):
    t = (x, 1)
    try:
        t[0] += [2]
    except TypeError:
        return len(x) * 100
    return len(x)
