# inputs: ["101"]
# tier: declined
from functools import partial
def f(x):
    return partial(int, base=2)(x) + max(range(len(x)), key=x.__getitem__)
