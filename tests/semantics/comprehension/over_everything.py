# inputs: ["0110"]
def f(x):
    a = [a + b for a, b in zip(x, x[1:])]
    b = [i for i, c in enumerate(x) if c == "1"]
    c = [k + str(v) for k, v in {"a": 1, "b": 2}.items()]
    d = [p for p in sorted(set(a))]
    e = [w for w in "a b c".split()]
    g = [u for u, *_ in [(1, 2), (3,)]]
    h = {v: k for k, v in {"p": 1, "q": 2}.items()}
    return len(a) + sum(b) * 10 + len("".join(c)) * 100 + len(d) * 1000 + len(e) * 10000 + sum(g) + len(h)
