# inputs: [[3, 1, 2, 1], [0]]
def f(x):
    pairs = [(v % 2, str(v), i) for i, v in enumerate(x)]
    pairs.sort()
    a = sorted(pairs, key=lambda p: (p[1], -p[2]), reverse=True)
    return sum(p[2] * 5 ** i for i, p in enumerate(pairs + a))
