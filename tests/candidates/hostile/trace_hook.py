# expect: trap=all
import sys

def f(x):
    sys.settrace(lambda *a: 1 / 0)
    sys.setprofile(lambda *a: 1 / 0)
    return x.count("1") % 2
