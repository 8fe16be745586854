# inputs: [[0]]
def f(x):
    vals = [0, 1, -1, 0.0, 0.1, "", "0", [], [0], (), (0,), {}, {0: 0}, set(), {0}, None, True, False, range(0), range(1), b"", b"\0", 10 ** 30, float("nan")]
    n = 0
    for v in vals:
        n = n * 2 + bool(v)
    return n + bool()
