# inputs: [[5]]
def f(x):
    return len(range(0, x[0], x[0] - 5))
