# inputs: [[0], [1], [15], [16], [9223372036854775807], [-1]]
# deopt
from math import isqrt
def f(x):
    return isqrt(x[0]) + isqrt(x[0] ** 2 * 10 ** 20) % 1009
