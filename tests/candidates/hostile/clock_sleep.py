# expect: exception=all raises:PermissionError
import time

def f(x):
    time.sleep(3600)
    return x.count("1") % 2
