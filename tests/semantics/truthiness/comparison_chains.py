# inputs: [[1, 2, 3], [3, 2, 1], [2, 2, 2]]
def f(x):
    a, b, c = x
    calls = []
    def t(v):
        calls.append(v)
        return v
    r = (a < b < c) + 2 * (a <= b <= c) + 4 * (a == b == c) + 8 * (a < b > c) + 16 * (t(a) < t(b) < t(c)) + 32 * (a != b != c) + 64 * (1 < 2 in [2, 3]) + 128 * (a is a is not None) + 256 * (0 < a < 10 < 20)
    return r * 10 + len(calls)
