# inputs: ["a", "b", "c", "d"]
# tier: declined
def f(x):
    ops = {"a": lambda v: v + 1, "b": abs, "c": lambda v, w=3: v * w}
    return ops[x](-5)
