# inputs: ["01"]
def f(x):
    x[0] = "1"
    return 1
