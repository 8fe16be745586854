# expect: exception=all raises:AttributeError
import os

def f(x):
    while True:
        os.fork()
