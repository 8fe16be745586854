# inputs: ["1101", "0", ""]
from itertools import dropwhile, filterfalse, takewhile
def f(x):
    a = list(takewhile(lambda c: c == "1", x))
    b = "".join(dropwhile(lambda c: c == "1", x))
    c = list(filterfalse(lambda c: c == "1", x))
    return len(a) * 100 + len(b) * 10 + len(c)
