# inputs: ["", "0", "0011101", "abba"]
# tier: declined
from itertools import groupby
def f(x):
    runs = [(k, len(list(g))) for k, g in groupby(x)]
    longest = max((sum(1 for _ in g) for _, g in groupby(x)), default=0)
    keys = [k for k, _ in groupby(sorted(x))]
    odd = {k: [i for i in g] for k, g in groupby(range(5), key=lambda v: v // 2)}
    return len(runs) * 1000 + longest * 100 + len(keys) * 10 + sum(n * i for i, (_, n) in enumerate(runs)) + len(odd)
