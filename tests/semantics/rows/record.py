# inputs: [{"a": 1, "b": 2.5, "c": "x", "d": True, "e": None}, {"a": -5, "b": 0.0, "c": "", "d": False, "e": "s"}]
def f(x):
    n = x["a"] * 10 + int(x["b"] * 2) + len(x["c"]) + (100 if x["d"] else 0) + (x["e"] is None)
    return n + len(x) * 1000 + x.get("zz", 3) + ("a" in x) + sum(1 for k in x if k > "b") + isinstance(x["d"], bool)
