# inputs: ["0", "1"]
def f(x):
    return len(x["a":]) if x == "0" else len(x[1.0:])
