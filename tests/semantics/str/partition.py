# inputs: ["", "1", "0010", "01010", "000"]
def f(x):
    a, b, c = x.partition("1")
    d, e, g = x.rpartition("1")
    return len(a) + 10 * len(b) + 100 * len(c) + 1000 * len(d) + 10000 * len(e) + 100000 * len(g)
