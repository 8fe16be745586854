# inputs: [[1], [5]]
def f(x):
    return range(x[0])[3] + range(x[0])[-1]
