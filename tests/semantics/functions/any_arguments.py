# inputs: ["01"]
def f(*a):
    return len(a) * 10 + len(a[0])
