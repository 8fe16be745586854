# inputs: [[0.1, 0.2, 0.3], [1e16, 1.0, -1e16], []]
import math
def f(x):
    return int(math.fsum(x) * 1000)
