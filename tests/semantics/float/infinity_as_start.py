# inputs: [[5, 3, 9], [], [-1]]
def f(x):
    best = float("inf")
    for v in x:
        if v < best:
            best = v
    return best
