# expect: exception=all raises:TypeError
def f():
    return 1
