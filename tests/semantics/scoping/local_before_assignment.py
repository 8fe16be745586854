# inputs: ["0", "1"]
N = 5
def f(x):
    if x == "1":
        N = 7
    return N
