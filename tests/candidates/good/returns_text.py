# expect: correct=all
def f(x):
    return str(x.count("1") % 2)
