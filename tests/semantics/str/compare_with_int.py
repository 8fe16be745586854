# inputs: ["0"]
def f(x):
    if x == 0 or x != "0":
        return -1
    return x < 1
