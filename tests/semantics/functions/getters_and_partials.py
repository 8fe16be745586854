# inputs: [[3, 1, 2], [5, 5]]
from functools import partial
from operator import itemgetter
second = itemgetter(1)
def f(x):
    pairs = [(i, v) for i, v in enumerate(x)]
    power = partial(pow, 2)
    return sorted(pairs, key=second)[0][0] * 100 + max(pairs, key=itemgetter(1, 0))[0] * 10 + power(len(x)) + second(x)
