# expect: correct=all
def f(x):
    return x.count("1") % 2 == 1
