# inputs: ["0110", "", "abca"]
def f(x):
    a = [c for c in x]
    b = {c for c in x}
    d = {c: i for i, c in enumerate(x)}
    g = tuple(ord(c) for c in x)
    return len(a) + 10 * len(b) + 100 * sum(d.values()) + 10000 * sum(g)
