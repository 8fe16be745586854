# inputs: [[0.2, 0.8, 0.5], [1.0, 1.0, 1.0], [-1.0, 0.0, 2.0]]
def f(x):
    w = [0.3, -0.2, 0.9]
    return int(sum(a * b for a, b in zip(x, w)) > 0.35)
