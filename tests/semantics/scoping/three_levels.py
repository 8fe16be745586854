# inputs: [[2]]
def f(x):
    a = x[0]
    def g():
        b = a + 1
        def h():
            nonlocal b
            b += a
            return b * 10
        return h() + b
    return g()
