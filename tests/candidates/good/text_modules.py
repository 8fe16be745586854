# expect: correct=all
import string
import textwrap

def f(x):
    assert set(x) <= set(string.digits)
    return sum(part.count("1") for part in textwrap.wrap(x, 7)) % 2
