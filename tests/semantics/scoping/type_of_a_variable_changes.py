# inputs: ["0", "1101", ""]
def f(x):
    n = x
    n = len(n)
    n = [n] * 3
    n = sum(n) / 2
    v = None
    for c in x:
        if v is None:
            v = int(c)
        elif v == 1:
            v = "one"
        else:
            v = [v]
    r = 0 if v is None else v if isinstance(v, int) else 100 if v == "one" else len(v) * 1000
    return int(n * 2) + r
