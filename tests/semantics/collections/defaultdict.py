# inputs: ["0110", "", "abca"]
# tier: declined
from collections import defaultdict
def f(x):
    d = defaultdict(int)
    e = defaultdict(list)
    g = defaultdict(lambda: 5)
    for i, c in enumerate(x):
        d[c] += 1
        e[c].append(i)
        g[c] -= 1
    n = len(d)
    d["new"]
    return sum(d.values()) + 10 * sum(map(sum, e.values())) + 100 * sum(g.values()) + 1000 * (len(d) - n) + (d.get("q") is None) + (e["zz"] == []) + g["w"] + (d == dict(d))
