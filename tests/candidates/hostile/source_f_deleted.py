# expect: rejected:load
def f(x):
    return 1

del f
