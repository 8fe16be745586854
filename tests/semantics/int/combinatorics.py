# inputs: [[5, 2], [5, 0], [2, 5], [30, 15], [0, 0], [-1, 2]]
from math import comb, factorial, perm
def f(x):
    n, k = x
    return comb(n, k) + perm(n, k) % 1009 + factorial(n) % 1000003
