# inputs: [[0.0], [1.0], [2.0]]
def f(x):
    v = float("nan") if x[0] == 0 else float("inf") if x[0] == 1 else 2.4
    return round(v)
