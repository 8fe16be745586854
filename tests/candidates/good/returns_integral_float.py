# expect: correct=all
def f(x):
    return float(x.count("1") % 2)
