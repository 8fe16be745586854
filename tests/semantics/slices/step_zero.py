# inputs: ["01"]
def f(x):
    return len(x[::len(x) - 2])
