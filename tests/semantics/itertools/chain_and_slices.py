# inputs: ["0110", ""]
import itertools
def f(x):
    a = "".join(itertools.chain(x, "ab", [c for c in x]))
    b = list(itertools.chain.from_iterable([[1, 2], (3,)]))
    c = list(itertools.islice(itertools.count(5), 3))
    d = list(itertools.islice(x, 1, None, 2))
    e = list(itertools.islice(itertools.cycle("ab"), 5))
    g = list(itertools.repeat(7, 3))
    h = list(itertools.islice(itertools.count(10, -3), 2))
    return len(a) * 1000 + sum(b) + sum(c) + len(d) * 10 + e.count("a") + sum(g) + sum(h)
