# inputs: ["0"]
def f(x):
    return len(x + 1)
