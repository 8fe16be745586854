# expect: trap=all
import os

def f(x):
    os.abort()
