# inputs: ["", "0", "01"]
def f(x):
    a = x or "z"
    b = x and "y"
    c = [] or 0 or None or x
    d = x and len(x) and 5
    e = not x
    g = not not x
    return len(a) + 10 * len(b) + 100 * (c == x) + 1000 * (d == 5) + 10000 * e + 100000 * g
