# inputs: [[10], [7], [1]]
def f(x):
    n = 2
    while n * n <= x[0]:
        if x[0] % n == 0:
            break
        n += 1
    else:
        return -1
    return n
