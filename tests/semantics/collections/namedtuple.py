# tier: any
# inputs: ["ab"]
from collections import namedtuple
P = namedtuple("P", "a b")
def f(x):
    p = P(len(x), 3)
    return p.a * 10 + p.b + len(p)
