# inputs: [[3]]
from itertools import product
def f(x):
    n = 0
    for i, (a, b) in enumerate(product(range(x[0]), range(2))):
        n += i * (a * 2 + b)
    return n
