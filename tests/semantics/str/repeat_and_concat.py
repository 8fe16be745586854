# inputs: ["", "0", "01"]
def f(x):
    s = x * 3 + "1" + 2 * x + x * 0 + x * -5
    s += "0"
    s *= 2
    return int("1" + s) % 1000003 * 100 + len(s)
