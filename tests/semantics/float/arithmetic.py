# inputs: [[1.5, 2.5], [-1.5, 2.0], [0.1, 0.2], [1e308, 10.0], [3.0, -0.5], [0.0, -1.0]]
def f(x):
    a, b = x
    s = a + b - a * b
    return s if abs(s) < 10 else (s == float("-inf")) + (s < -1e308) * 2
