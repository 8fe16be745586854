# inputs: ["01"]
# tier: declined
def g(a, b=2, **e):
    return a + 10 * b + sum(e.values())
def f(x):
    d = dict([(c, 1) for c in x], z=2)
    d.update([("q", 4)], r=5)
    return g(len(x), z=2) + g(*[1, 2], **{"q": 1}) + sum(d.values())
