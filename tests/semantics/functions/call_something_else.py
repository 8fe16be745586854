# inputs: ["0", "1", "2"]
def f(x):
    if x == "0":
        return 5()
    if x == "1":
        return x()
    return None()
