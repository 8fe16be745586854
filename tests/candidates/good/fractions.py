# expect: correct=all
from fractions import Fraction

def f(x):
    return int(Fraction(x.count("1"), 2).denominator == 2)
