# inputs: [[], [0.5], [-0.0, 1e308], [1.0, 2.0]]
def f(x):
    return len(x) * 100 + int(sum(v > 0 for v in x)) + (type(x) is list) + all(type(v) is float for v in x)
