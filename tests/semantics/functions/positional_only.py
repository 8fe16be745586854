# inputs: ["0", "1"]
def g(a, /, b):
    return a * 10 + b

def f(x):
    return g(1, b=2) if x == "0" else g(a=1, b=2)
