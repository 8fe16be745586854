# inputs: ["", "0", "0110", "hello"]
def f(x):
    s = "".join(sorted(x))
    r = "".join(reversed(x))
    d = "".join(sorted(x, reverse=True))
    return (s == x) + 2 * (r == x) + 4 * (d == s) + 8 * (r == x[::-1]) + 16 * (sorted(x) == list(s)) + 32 * len(set(x))
