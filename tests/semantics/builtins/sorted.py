# inputs: ["0110", "hello", ""]
def f(x):
    a = sorted(x, key=lambda c: -ord(c))
    b = sorted({"b": 1, "a": 2})
    c = sorted(set(x))
    d = sorted([(2, "a"), (1, "b")], reverse=True)
    e = sorted(range(5), key=lambda v: v % 2)
    g = sorted(["bb", "a", "ccc"], key=len, reverse=True)
    return len("".join(a)) + ord(b[0]) + len(c) * 10 + d[0][0] * 100 + sum(v * 5 ** i for i, v in enumerate(e)) + len(g[0]) + (a == list(x))
