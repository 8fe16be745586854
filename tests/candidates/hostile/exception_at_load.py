# expect: rejected:load ZeroDivisionError
LIMIT = 1 / 0

def f(x):
    return 1
