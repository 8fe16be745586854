# inputs: [[1, 0], [1, 1], [0], []]
def f(x):
    return all(x) + 2 * any(x) + 4 * all(v > 0 for v in x) + 8 * any([v == 0 for v in x]) + 16 * all("") + 32 * any({"a": 1}) + 64 * all([[], 1]) + 128 * any(["", 0, None])
