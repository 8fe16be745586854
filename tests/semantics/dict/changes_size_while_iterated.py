# inputs: ["0", "1"]
def f(x):
    d = {"a": 1, "b": 2}
    for k in d:
        if x == "1":
            d[k + "x"] = 1
        else:
            d[k] = 5
    return sum(d.values())
