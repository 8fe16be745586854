# inputs: ["0", ""]
def f(x):
    return len(sum(x, "")) if x else sum(["a"])
