# inputs: ["a", "b", "c"]
def f(x):
    d = {"a": 1, "b": 2}
    n = d.pop(x, 7)
    k, v = d.popitem()
    return n * 100 + v * 10 + len(d) + d.pop("a", 3) + d.pop(k + x, 1000)
