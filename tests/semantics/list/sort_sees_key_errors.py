# inputs: [[1, 2], [1, 0]]
def f(x):
    return sorted(x, key=lambda v: 10 // v)[0]
