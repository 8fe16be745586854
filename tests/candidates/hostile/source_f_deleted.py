# expect: rejected:load no function
def f(x):
    return 1

del f
