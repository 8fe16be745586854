# inputs: ["", "0", "0011100101", "1111"]
def f(x):
    runs, prev, n = [], None, 0
    for c in x:
        if c == prev:
            n += 1
        else:
            if prev is not None:
                runs.append((prev, n))
            prev, n = c, 1
    if prev is not None:
        runs.append((prev, n))
    return sum(k * (i + 1) for i, (_, k) in enumerate(runs)) * 100 + len(runs)
