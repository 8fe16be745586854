# expect: exception=all raises:ValueError
def f(x):
    return len(str(10**5000))
