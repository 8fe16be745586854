# inputs: [[0], [1]]
# deopt
def f(x):
    return (x[0] << (1 << 70)) + 1
