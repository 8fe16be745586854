# inputs: ["1"]
def f(x):
    return len(x.ljust(5, "ab"))
