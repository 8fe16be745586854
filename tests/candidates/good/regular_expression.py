# expect: correct=all
import re

PAIR = re.compile("10*1")

def f(x):
    return int("1" in PAIR.sub("", x))
