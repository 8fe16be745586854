# expect: correct=all
def f(x):
    return 1 if x.count("1") % 2 else -0.0
