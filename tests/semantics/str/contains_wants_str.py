# inputs: ["0"]
def f(x):
    return 0 in x
