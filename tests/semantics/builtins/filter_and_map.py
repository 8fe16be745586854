# inputs: ["0110", "", "a1"]
def f(x):
    a = list(filter(None, [0, 1, "", "a"]))
    b = "".join(filter(str.isdigit, x))
    c = list(filter(lambda c: c == "1", x))
    d = list(map(lambda a, b: a + b, x, x[1:]))
    e = sum(map(ord, x))
    g = list(map(max, [1, 5], [3, 2], [2, 2]))
    return len(a) + len(b) * 10 + len(c) * 100 + len(d) * 1000 + e * 10000 + sum(g)
