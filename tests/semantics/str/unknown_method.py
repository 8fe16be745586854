# inputs: ["0", "01"]
def f(x):
    return x.no_such_method() if x == "01" else 3
