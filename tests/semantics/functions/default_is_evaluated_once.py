# inputs: ["0", "1"]
def f(x):
    n = 1
    def g(k=n):
        return k
    n = 5
    return g() * 10 + n
