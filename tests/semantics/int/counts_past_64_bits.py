# inputs: [[1], [3], [70]]
def f(x):
    n = 1
    for _ in range(x[0]):
        n = n * 2 + 1
    return n % 1000003
