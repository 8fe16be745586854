# inputs: ["", "0"]
def f(x):
    return 1 // len(x) if x else -1
