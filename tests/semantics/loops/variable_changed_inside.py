# inputs: [[5], [0]]
def f(x):
    n = 0
    for i in range(x[0]):
        n = n * 10 + i
        i += 5
        n += i
    return n
