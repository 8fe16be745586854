# inputs: [[1]]
def f(x):
    for v in x[0]:
        return v
