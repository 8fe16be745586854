# inputs: ["0", "1", "2"]
def f(x):
    d = {"0": 5, "1": 6}
    return d[x]
