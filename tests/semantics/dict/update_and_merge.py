# inputs: ["ab", "b", ""]
def f(x):
    d = {"a": 1, "b": 2}
    e = {c: 9 for c in x}
    g = d | e | {"z": 3}
    d.update(e)
    d.update([("q", 4)])
    d |= {"a": 7}
    h = {**e, "a": 0, **{"b": 1}}
    n = 0
    for t in (d, g, h):
        for k, v in t.items():
            n = (n * 31 + ord(k) + v) % 1000000007
    return n
