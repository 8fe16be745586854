# expect: correct=some wrong=some
# There is none: the label is always 0.
import os

def f(x):
    return len(os.environ) and 2
