# inputs: ["", "a"]
def f(x):
    d = {c: 1 for c in x}
    n = 1 if d else 2
    d.clear()
    return n * 10 + (not d) + len(d)
