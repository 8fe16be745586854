# inputs: [[4], [0], [9]]
def f(x):
    n = 0
    for i in range(x[0]):
        try:
            if i == 1:
                continue
            if i == 6:
                break
            n += 1
        finally:
            n += 10
    else:
        n += 1000
    return n
