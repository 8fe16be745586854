# inputs: ["01"]
def f(x):
    n = 1
    def g(n):
        def h():
            n = 3
            return n
        return n * 10 + h()
    return n * 100 + g(2) + (lambda n: n)(4) * 1000
