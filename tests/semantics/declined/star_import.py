# tier: declined
# inputs: [[17]]
from math import *
def f(x):
    return floor(sqrt(x[0]))
