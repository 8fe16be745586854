# inputs: [[3, -1, 3, 2], [5]]
def f(x):
    return max(x) + 10 * min(x) + 100 * max(range(len(x)), key=lambda i: x[i]) + 1000 * min(x, key=lambda v: (v % 2, v)) + 10000 * max(x, default=7) + max([], default=3) + max(4, *x) + max("b", "a", key=ord).count("b")
