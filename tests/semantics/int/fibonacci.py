# inputs: [[0], [1], [10], [90], [93], [300]]
def f(x):
    a, b = 0, 1
    for _ in range(x[0]):
        a, b = b, a + b
    return a % 10 ** 15
