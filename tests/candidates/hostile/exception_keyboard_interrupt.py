# expect: exception=all raises:KeyboardInterrupt
def f(x):
    raise KeyboardInterrupt
