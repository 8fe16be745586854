# expect: correct=all
def f(x):
    n = x.count("1")
    return n % 2
