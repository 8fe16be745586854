# inputs: [[0.0], [1.0], [-2.5]]
import math
def f(x):
    v = x[0]
    return round((math.sin(v) + math.cos(v) * 10 + math.atan2(v, 2) * 100 + math.exp(v) + math.degrees(v) + math.tanh(v)) * 1e6)
