# expect: exception=all raises:RecursionError
def f(x):
    return f(x)
