# inputs: ["0110", ""]
# tier: declined
def f(x):
    g = (int(c) for c in x)
    a = sum(g)
    b = sum(g)
    h = (c for c in x)
    first = next(h, "9")
    return a * 1000 + b * 100 + len(list(h)) * 10 + int(first) + ("1" in (c for c in x))
