# inputs: [[1.0], [2.0], [0.5], [100.0]]
import math
def f(x):
    v = x[0]
    total = math.sqrt(v) + math.fabs(-v) + math.hypot(v, 3.0) + math.pow(v, 2) + math.fmod(-v, 3) + math.floor(math.log2(1024)) + math.pi + math.e
    return int(total * 1000)
