# expect: exception=all raises:PermissionError
import os

def f(x):
    return len(os.listdir("/")) % 2
