# inputs: ["01"]
# tier: declined
def f(*a):
    return len(a) * 10 + len(a[0])
