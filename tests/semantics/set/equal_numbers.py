# inputs: [[1], [2]]
def f(x):
    s = {1, 1.0, True, 0, False, x[0], -1, -2, 2 ** 61 - 2, -(2 ** 61)}
    return len(s) * 10 + (1.0 in s) + (2 in s) + (x[0] + 0.0 in s)
