# inputs: ["10", "11"]
# deopt
def f(x):
    g = (6 // int(c) for c in x)
    n = next(g)
    try:
        n += next(g)
    except ZeroDivisionError:
        n += 100
    return n + len(list(g))
