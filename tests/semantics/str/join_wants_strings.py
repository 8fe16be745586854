# inputs: ["0", ""]
def f(x):
    return len("".join(int(c) for c in x))
