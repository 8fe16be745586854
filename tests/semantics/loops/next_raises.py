# inputs: ["", "1"]
def f(x):
    return int(next(iter(x)))
