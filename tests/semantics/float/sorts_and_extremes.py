# inputs: [[3.5, -1.0, 2.0, 3.5], [0.0, -0.0], [1e300, -1e300, 1.0]]
def f(x):
    s = sorted(x)
    return int(s[0] * 2 + (max(x) == s[-1]) + x.index(max(x)) * 10 + (min(x) == s[0])) % 1000003 + (str(min(x)) == "-0.0")
