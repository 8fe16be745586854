# inputs: ["0110", "000", "1"]
def f(x):
    t = 0
    sums = [t := t + int(c) for c in x]
    hit = any((found := c) == "1" for c in x)
    kept = [y for c in x if (y := int(c) * 2)]
    return t * 1000 + sum(sums) * 10 + hit + len(kept) * 100 + int(found)
