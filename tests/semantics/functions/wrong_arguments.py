# inputs: ["0", "1", "2", "3", "4"]
def g(a, b):
    return a

def h(*, k):
    return k

def f(x):
    if x == "0":
        return g(1)
    if x == "1":
        return g(1, 2, 3)
    if x == "2":
        return g(1, b=2, c=3)
    if x == "3":
        return g(1, a=2, b=1)
    return h(1)
