# expect: wrong=all
def f(x):
    return 1 - x.count("1") % 2
