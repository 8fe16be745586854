# inputs: ["0110", "1"]
def f(x):
    it = iter(x)
    n = int(next(it))
    for c in it:
        n = n * 3 + int(c)
        n = n * 3 + int(next(it, "2"))
    return n
