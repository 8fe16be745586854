# expect: correct=all
def even(x):
    return 0 if not x else (odd if x[0] == "1" else even)(x[1:])

def odd(x):
    return 1 if not x else (even if x[0] == "1" else odd)(x[1:])

def f(x):
    return even(x)
