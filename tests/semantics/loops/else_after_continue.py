# inputs: [[3], [0]]
def f(x):
    n, k = 0, x[0]
    while k:
        k -= 1
        if k == 1:
            continue
        n += 10
    else:
        n += 1
    return n
