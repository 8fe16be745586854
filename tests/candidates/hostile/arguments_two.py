# expect: exception=all raises:TypeError
def f(x, n):
    return 1
