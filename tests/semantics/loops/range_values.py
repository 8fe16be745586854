# inputs: [[10], [3], [0]]
# tier: declined
def f(x):
    r = range(1, x[0], 3)
    bits = [4 in r, 5 in r, len(r) > 2, r == range(1, x[0], 3), bool(r), r.start == 1, r.stop == x[0], r.step == 3, 1.0 in r, "a" in r, r[:2] == range(1, 7, 3)]
    return sum(b << i for i, b in enumerate(bits)) * 100 + sum(r) + sum(r[::-1]) + (r.index(4) if 4 in r else 0) + r.count(1)
