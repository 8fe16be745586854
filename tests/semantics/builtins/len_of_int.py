# inputs: [[1]]
def f(x):
    return len(x[0])
