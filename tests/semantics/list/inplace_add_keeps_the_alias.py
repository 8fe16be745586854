# inputs: [[1]]
def f(x):
    def grow(v):
        v += [2]
        v = v + [3]
        return len(v)
    n = grow(x)
    return n * 10 + len(x)
