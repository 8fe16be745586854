# expect: bad_output=all
# Too many digits for int() and for an int64.
def f(x):
    return "9" * 5000
