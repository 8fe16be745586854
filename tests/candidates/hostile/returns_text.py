# expect: bad_output=all
def f(x):
    return "abc"
