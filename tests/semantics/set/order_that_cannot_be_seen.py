# inputs: [[5, 3, 5, 1], [7]]
# deopt
def f(x):
    s = set(x)
    return sum(s) * 1000 + max(s) * 100 + min(s) * 10 + sorted(s)[0] + len(s) + any(v > 4 for v in s) + sum(v % 2 for v in s)
