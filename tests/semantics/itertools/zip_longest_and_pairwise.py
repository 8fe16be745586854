# inputs: ["0110", "1", ""]
from itertools import compress, pairwise, starmap, tee, zip_longest
def f(x):
    a = list(zip_longest(x, "ab", fillvalue="-"))
    b = sum(p != q for p, q in pairwise(x))
    c = list(starmap(lambda p, q: p + q, zip(x, x)))
    d = "".join(compress(x, [1, 0, 1, 1]))
    e, g = tee(x)
    next(g, None)
    return len(a) * 1000 + b * 100 + len(c) * 10 + len(d) + sum(p == q for p, q in zip(e, g)) * 10000 + (a[-1][0] == "-")
