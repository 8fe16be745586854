# inputs: [[1.0], [0.0]]
def f(x):
    return float("nan") if x[0] else float("inf")
