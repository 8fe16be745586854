# expect: trap=all
import os

def f(x):
    return os.urandom(1)[0] % 2
