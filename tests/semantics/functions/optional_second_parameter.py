# inputs: ["01"]
def f(x, k=3, *rest, **named):
    return len(x) + k + len(rest) + len(named)
