# inputs: ["0110", "", "abracadabra"]
from collections import Counter
def f(x):
    c = Counter(x)
    d = c.most_common()
    e = c.most_common(1)
    c["z"] += 2
    c.update("zz")
    c.subtract("z")
    return c["z"] * 1000 + c["missing"] + len(d) * 100 + (e[0][1] if e else 0) + sum(c.values()) * 10 + len(list(c.elements())) + ("missing" in c) + c.total()
