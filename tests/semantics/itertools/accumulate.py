# inputs: [[1, 2, 3], [5], []]
from itertools import accumulate
import operator
def f(x):
    a = list(accumulate(x))
    b = list(accumulate(x, operator.mul, initial=2))
    c = list(accumulate(x, max))
    d = list(accumulate(x, lambda p, q: p * 10 + q))
    return sum(a) + 10 * sum(b) + 100 * sum(c) + 1000 * sum(d) + len(b)
