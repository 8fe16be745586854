# inputs: ["01"]
# tier: declined
def f(x, k=3, *rest, **named):
    return len(x) + k + len(rest) + len(named)
