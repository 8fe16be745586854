# expect: correct=all
from math import *

def f(x):
    return int(fmod(x.count("1"), 2))
