# inputs: ["", "0", "1"]
def f(x):
    seen = []
    def t(v, r):
        seen.append(v)
        return r
    n = (t(1, x) and t(2, x == "1")) or t(3, 0) or (t(4, 1) if x else t(5, 0))
    k = not (t(6, 0) or t(7, x)) and t(8, 1)
    r = 0
    for v in seen:
        r = r * 10 + v
    return r * 10 + bool(n) + 2 * bool(k)
