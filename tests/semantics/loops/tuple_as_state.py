# inputs: ["0110", "", "000"]
def f(x):
    seen, p = set(), (0, 0)
    for c in x:
        p = (p[0] + 1, p[1]) if c == "0" else (p[0], p[1] + 1)
        seen.add(p)
    return len(seen) * 100 + p[0] * 10 + p[1]
