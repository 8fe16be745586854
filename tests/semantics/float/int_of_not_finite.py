# inputs: [[0.0], [1.0]]
def f(x):
    return int(float("inf")) if x[0] else int(float("nan"))
