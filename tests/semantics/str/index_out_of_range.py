# inputs: ["0", "0123456789"]
def f(x):
    return int(x[5]) + int(x[-6])
