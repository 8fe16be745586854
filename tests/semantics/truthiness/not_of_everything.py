# inputs: [[0]]
def f(x):
    r = 0
    for v in (0, 1, "", "a", [], [0], None, (), {}, set(), 0.0, 2.5, range(0)):
        r = r * 2 + (not v)
    return r
