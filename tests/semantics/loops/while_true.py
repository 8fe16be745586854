# inputs: [[6], [27], [1]]
def f(x):
    n, k = x[0], 0
    while True:
        if n == 1:
            break
        n = 3 * n + 1 if n & 1 else n >> 1
        k += 1
    return k
