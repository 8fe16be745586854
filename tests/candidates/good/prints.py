# expect: correct=all
def f(x):
    print("row", x)
    return x.count("1") % 2
