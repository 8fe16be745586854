# inputs: [[0], [1], [2], [3], [4]]
import math
def f(x):
    k = x[0]
    if k == 0:
        return math.sqrt(-1)
    if k == 1:
        return math.log(0)
    if k == 2:
        return math.exp(1000)
    if k == 3:
        return math.pow(0, -1)
    return math.fmod(1, 0)
