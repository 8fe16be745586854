# inputs: ["01", ""]
def f(x):
    for i, c in enumerate(x):
        pass
    return i * 10 + int(c)
