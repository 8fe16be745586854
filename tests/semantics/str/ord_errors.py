# inputs: ["", "01", "0"]
def f(x):
    return ord(x)
