# inputs: [[1], [2], [30], [100]]
def f(x):
    n = x[0]
    s = [True] * (n + 1)
    s[:2] = [False] * min(2, n + 1)
    for p in range(2, int(n ** 0.5) + 1):
        if s[p]:
            s[p * p::p] = [False] * len(s[p * p::p])
    return sum(s) * 1000 + sum(i for i, v in enumerate(s) if v)
