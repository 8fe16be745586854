# inputs: ["0110", "", "abca"]
def f(x):
    d = {}
    for c in x:
        d[c] = d.get(c, 0) + 1
    e = {}
    for i, c in enumerate(x):
        e.setdefault(c, []).append(i)
    return sum(v * v for v in d.values()) * 100 + sum(len(v) * v[0] for v in e.values()) + (d.get("z") is None) + len(d)
