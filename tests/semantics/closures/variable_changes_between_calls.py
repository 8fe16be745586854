# inputs: [[1, 2, 3], [4, 5], []]
def f(x):
    n = 1
    g = lambda v: v + n
    def app(h, v):
        return h(v)
    a = app(g, 10)
    n = 5
    b = app(g, 10)
    n = 7
    return a * 10000 + b * 100 + g(10)
