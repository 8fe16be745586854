# inputs: ["0"]
def f(x):
    return x.startswith(["0"])
