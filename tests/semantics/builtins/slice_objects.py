# tier: any
# inputs: ["0110"]
def f(x):
    s = slice(1, 3)
    return len(x[s]) * 10 + len(x[slice(None, None, 2)]) + s.start
