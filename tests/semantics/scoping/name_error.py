# inputs: ["0", "1"]
def f(x):
    if x == "1":
        return missing(x)
    return 2
