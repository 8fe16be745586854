# inputs: [[1.0], [0.0]]
import math
def f(x):
    return math.floor(float("inf")) if x[0] else math.ceil(float("nan"))
