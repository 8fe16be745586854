# inputs: [[1], [8], [1000], [1024], [1048576]]
import math
def f(x):
    n = x[0]
    return round(math.log2(n) * 1e6) + round(math.log10(n) * 1e6) + round(math.log(n) * 1e6) + round(math.log(n, 3) * 1e6)
