# inputs: ["000", "010", ""]
def f(x):
    for i, c in enumerate(x):
        if c == "1":
            r = i
            break
    else:
        r = 99
    return r
