# inputs: ["0"]
def f(x):
    seen = []
    def t(v):
        seen.append(v)
        return v
    r = t(1) + t(2) * t(3) - (t(4) if t(5) else t(6))
    r += [t(7), t(8)][t(9) - 9] + {t(10): t(11)}[10]
    r += max(t(12), t(13), key=lambda v: t(v))
    r += (lambda *a, k: len(a))(t(14), *(t(15),), k=t(16))
    d = {}
    d[t(17)] = t(18)
    n = 0
    for v in seen:
        n = (n * 31 + v) % 1000000007
    return n * 100 + r % 100
