# inputs: ["0", "abc", "ba"]
def f(x):
    n = len(x)
    return max(n, 2) + 10 * min(n, 2, 1.5 + n) + 100 * ord(max(x)) + ord(min(x, "b")[0]) + max([3], [2, 9])[0] + max((1, n), (1, 2))[1] + min([5, n], key=lambda v: -v) + max(1, True) + (max(True, 1) is True) + min("b", "a", default=0 if False else None) if n < 0 else n + max(1, 1.0) + max([n, -n], key=abs)
