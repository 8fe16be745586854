# inputs: ["", "0", "0110", "abc"]
def f(x):
    n = 0
    for i, c in enumerate(x):
        n += i * (c == "1") + (c.isalpha() and 100)
    for a, b in zip(x, x[1:]):
        n += 1000 * (a != b)
    it = iter(x)
    return n + (next(it, "z") == "z") * 5 + sum(1 for _ in it) * 7
