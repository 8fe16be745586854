# inputs: [[3, 4, 5, 9], [2, 2, 2], []]
def f(x):
    best = {0}
    for v in x:
        best |= {b + v for b in best}
    half = [b for b in sorted(best) if b * 2 <= sum(x)]
    return half[-1] * 100 + len(best)
