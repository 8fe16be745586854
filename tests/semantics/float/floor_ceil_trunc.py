# inputs: [[1.5], [-1.5], [2.0], [-0.1], [1e18], [1e25]]
import math
def f(x):
    v = x[0]
    return (math.floor(v) * 3 + math.ceil(v) * 5 + math.trunc(v) * 7) % 1000003
