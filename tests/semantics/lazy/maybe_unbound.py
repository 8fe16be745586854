# inputs: [[3, 1, 2], [0], []]
def f(x):
    if len(x) > 1:
        s = (v for v in x)
    return sum(s)
