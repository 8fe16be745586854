# inputs: [{"a": 1, "b": 2}, {"a": 5, "b": 0}]
def f(x):
    return x["a"] + x["b"] if x["b"] else x["c"]
