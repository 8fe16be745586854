# inputs: ["ab", "ba", "aa"]
def f(x):
    d = {c: 1 for c in x}
    return (d == {"b": 1, "a": 1}) + 2 * (d == {"a": True}) + 4 * (d != {}) + 8 * ([d] == [dict(d)]) + 16 * (d == [("a", 1)])
