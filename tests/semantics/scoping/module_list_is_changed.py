# tier: any
# inputs: ["01", "1"]
SEEN = []
def f(x):
    SEEN.append(x)
    return 1
