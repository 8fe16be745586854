# inputs: [[3, 1, 2], [0], []]
# deopt
def f(x):
    g = (10 // v for v in x)
    try:
        r = sum(g)
    except ZeroDivisionError:
        r = 1000 + sum(g)
    return r
