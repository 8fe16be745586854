# inputs: ["0110", "1", ""]
from itertools import takewhile, dropwhile, starmap, filterfalse
def f(x):
    seen = set()
    t = 0
    for c in takewhile(lambda c: c not in seen, x):
        seen.add(c)
        t += 1
    a = list(dropwhile(lambda c: c == "0", x))
    b = sum(starmap(lambda i, c: i * int(c), enumerate(x)))
    d = [int(c) for c in filterfalse(lambda c: c == "0", x)]
    return t * 1000 + len(a) * 100 + b * 10 + sum(d)
