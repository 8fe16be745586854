# inputs: [[1, 2, 3], [4, 5], []]
def f(x):
    def counter():
        n = 0
        def step(by=1):
            nonlocal n
            n += by
            return n
        return step
    c, d = counter(), counter()
    c(); c(5); d()
    return c() * 10 + d(3)
