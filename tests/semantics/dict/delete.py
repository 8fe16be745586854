# inputs: ["a", "b", "z"]
def f(x):
    d = {"a": 1, "b": 2}
    del d[x]
    return len(d) * 10 + ("a" in d)
