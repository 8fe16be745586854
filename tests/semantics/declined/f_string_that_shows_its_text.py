# inputs: ["01", ""]
# tier: declined
def f(x):
    return len(f"{len(x)=}")
