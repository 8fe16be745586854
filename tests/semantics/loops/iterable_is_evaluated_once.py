# inputs: ["0110", ""]
def f(x):
    n = 0
    for c in x:
        x = x + "1"
        n += len(x)
    k = 3
    for i in range(k):
        k += 1
    return n * 100 + k
