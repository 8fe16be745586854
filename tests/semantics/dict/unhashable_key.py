# inputs: ["0", "1", "2"]
def f(x):
    d = {}
    d[[1] if x == "0" else {1} if x == "1" else (1, 2)] = 3
    return len(d)
