# inputs: ["0", "1"]
def f(x):
    n = 1
    if x == "1":
        del n
    return n
