# inputs: [[3]]
def f(x):
    k = 1
    def g():
        return k * 10
    a = g()
    k = x[0]
    return a * 100 + g()
