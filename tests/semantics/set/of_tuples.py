# inputs: ["0110", "1111", "01"]
def f(x):
    pairs = set(zip(x, x[1:]))
    seen, p = set(), (0, 0)
    for c in x:
        p = (p[0] + 1, p[1]) if c == "0" else (p[0], p[1] + 1)
        seen.add(p)
    return len(pairs) * 100 + len(seen) * 10 + (("0", "1") in pairs) + ((1, 0) in seen)
