# inputs: ["1a2b", "", "000"]
def f(x):
    n = bad = 0
    for c in x:
        try:
            n += int(c)
        except ValueError:
            bad += 1
            continue
        n *= 2
    return n * 10 + bad
