# inputs: ["abc", "aab"]
def f(x):
    a = dict(zip(x, range(3)))
    b = dict([(c, 1) for c in x])
    c = dict.fromkeys(x, 0)
    d = dict.fromkeys(x)
    e = dict(a=1, b=2)
    g = dict(e)
    g["a"] = 5
    return len(a) + 10 * len(b) + 100 * len(c) + 1000 * (d["a"] is None) + 10000 * e["a"] + a["b"] + g["a"]
