# inputs: ["01", "1", "0a"]
def f(x):
    return sum([6 // int(c) for c in x])
