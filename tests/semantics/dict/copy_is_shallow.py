# inputs: ["a"]
def f(x):
    d = {"l": [1], "n": 1}
    e = d.copy()
    e["l"].append(2)
    e["n"] = 5
    return len(d["l"]) * 10 + d["n"]
