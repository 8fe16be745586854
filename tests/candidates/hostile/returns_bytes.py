# expect: bad_output=all
def f(x):
    return b"1"
