# inputs: [[0.5], [1.5], [2.5], [-0.5], [-1.5], [2.6], [1e20], [2.675]]
def f(x):
    v = x[0]
    return round(v) % 1000003 + (type(round(v)) is int) + int(round(v, 2) * 100) % 1000003 + (type(round(v, 0)) is float)
