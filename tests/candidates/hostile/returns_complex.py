# expect: bad_output=all
def f(x):
    return 1 + 0j
