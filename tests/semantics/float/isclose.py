# inputs: [[0.1], [1.0], [1e10]]
import math
def f(x):
    v = x[0]
    return math.isclose(v * 3, v + v + v) + 2 * math.isclose(v, v * (1 + 1e-8)) + 4 * math.isclose(v, v + 1e-12, rel_tol=0, abs_tol=1e-9)
