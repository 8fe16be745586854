# expect: exception=all raises:PermissionError
import os

def f(x):
    return len(os.read(os.open("/etc/hostname", os.O_RDONLY), 100)) % 2
