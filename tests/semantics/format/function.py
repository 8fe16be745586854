# inputs: [[5], [-12], [255]]
def f(x):
    n = x[0]
    return int(format(n, "d")) + len(format(n, "b")) * 1000 + len(format(n, "08b")) + len(format(n)) + len(format(n / 4, ".3f")) + format(n, "x").count("f") + int(format(n, "b"), 2) + len(format("a", ">4"))
