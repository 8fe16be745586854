# expect: correct=all
from enum import IntEnum

class Label(IntEnum):
    EVEN = 0
    ODD = 1

def f(x):
    return int(Label(x.count("1") % 2))
