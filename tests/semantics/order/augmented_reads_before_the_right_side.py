# inputs: [[5]]
def f(x):
    n = x[0]
    def g():
        nonlocal n
        n = 100
        return 1
    n += g()
    return n
