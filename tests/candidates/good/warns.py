# expect: correct=all
import warnings

def f(x):
    warnings.warn("this rule is a guess")
    return x.count("1") % 2
