# tier: declined
# inputs: ["01"]
def f(x):
    return eval("len(x) + 1")
