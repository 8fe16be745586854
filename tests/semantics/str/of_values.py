# inputs: [[0], [5], [-3]]
def code(s):
    n = 0
    for c in s:
        n = (n * 131 + ord(c)) % 1000000007
    return n

def f(x):
    n = x[0]
    return code("|".join(map(str, [n, n > 0, None, n / 2, "a", [n, "b"], (n,), (), {"k": n}, {n}, range(n), range(1, n, 2), [], {}, b"x"])))
