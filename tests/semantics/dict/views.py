# inputs: ["ab", "xyz", ""]
def f(x):
    d = {c: i for i, c in enumerate(x)}
    k = d.keys()
    d["n"] = 5
    return len(k) + 10 * ("n" in k) + 100 * (5 in d.values()) + 1000 * (("n", 5) in d.items()) + 10000 * len(k & {"a", "n"}) + 100000 * len(k - {"a"}) + 1000000 * (k == {"n"})
