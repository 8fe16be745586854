# inputs: ["0110", "011", "", "1"]
def f(x):
    i, j, n = 0, len(x) - 1, 0
    while i < j:
        n += x[i] != x[j]
        i, j = i + 1, j - 1
    return n
