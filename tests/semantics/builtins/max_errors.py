# inputs: ["0", "1", "2"]
def f(x):
    if x == "0":
        return max(5)
    if x == "1":
        return max(1, "a")
    return max()
