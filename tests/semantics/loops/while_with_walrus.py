# inputs: ["0011", "0", ""]
def f(x):
    i = n = 0
    while (c := x[i:i + 1]) != "":
        n = n * 2 + (c == "1")
        i += 1
    return n * 10 + i + (c == "")
