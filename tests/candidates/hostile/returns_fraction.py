# expect: bad_output=all
from fractions import Fraction

def f(x):
    return Fraction(1)
