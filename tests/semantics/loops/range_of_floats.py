# inputs: [[5]]
def f(x):
    for i in range(x[0] / 2):
        return i
