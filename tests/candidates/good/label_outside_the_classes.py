# expect: wrong=all
# A label that is no class is wrong, not a fault.
def f(x):
    return 7
