# inputs: ["0", "1"]
def f(x):
    def g(v, acc=[]):
        acc.append(v)
        return len(acc)
    return g(1) * 100 + g(2) * 10 + g(3)
