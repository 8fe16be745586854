# expect: correct=all
import re

# Both lines warn when they are compiled: an escape that is none, and `is` with a literal.
ONES = re.compile("[^\d]|1")

def f(x):
    return 0 if x is "" else len(ONES.findall(x)) % 2
