# inputs: ["0110", ""]
def f(x):
    n = 0
    def step(c):
        nonlocal n
        n += c == "1"
        return n
    t = sum(step(c) for c in x)
    return n * 100 + t
