# inputs: ["1", ""]
def f(x):
    a = [y := c for c in x]
    return len(a) + int(y)
