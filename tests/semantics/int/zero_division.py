# inputs: [[0], [1], [2], [3]]
def f(x):
    k = x[0]
    if k == 0:
        return 1 // k
    if k == 1:
        return 1 % (k - 1)
    if k == 2:
        return divmod(10 ** 30, k - 2)[0]
    return 10 ** 30 % (k - 3)
