# inputs: ["0", "1"]
def f(x):
    if x == "1":
        return 1
