# expect: rejected:load trapped
import os

def f(x):
    return 1

os._exit(0)
