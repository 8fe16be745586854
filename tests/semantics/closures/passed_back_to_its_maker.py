# inputs: [[1, 2, 3], [4, 5], []]
def rec(n, g):
    def h():
        return n
    if n == 0:
        return g()
    return rec(n - 1, h)
def f(x):
    return rec(len(x), lambda: 7)
