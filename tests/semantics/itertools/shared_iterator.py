# inputs: [[1, 2, 3, 4, 5, 6]]
from itertools import islice
def f(x):
    it = iter(x)
    a = list(islice(it, 2))
    b = list(zip(it, it))
    return sum(a) * 100 + sum(p * q for p, q in b) + len(list(it))
