# expect: correct=some wrong=some
def f(x):
    return 0
