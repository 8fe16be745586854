# inputs: [[17]]
# tier: declined
try:
    from math import isqrt
except ImportError:
    def isqrt(n):
        return int(n ** 0.5)
def f(x):
    return isqrt(x[0])
