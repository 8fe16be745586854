# expect: exception=all raises:PermissionError
import time

def f(x):
    return time.time_ns() % 2
