# inputs: [[300], [400]]
def f(x):
    return int((10 ** x[0] / 7) % 10)
