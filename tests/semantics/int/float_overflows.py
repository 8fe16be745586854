# inputs: [[300], [400]]
def f(x):
    return float(10 ** x[0]) > 1.0
