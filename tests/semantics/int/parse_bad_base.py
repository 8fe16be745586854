# inputs: ["1", "0", "11"]
def f(x):
    return int(x, 37 if x == "1" else 1)
