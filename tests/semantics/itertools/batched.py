# python: 3.12
# inputs: ["01101", ""]
from itertools import batched
def f(x):
    return sum(len(b) * (i + 1) for i, b in enumerate(batched(x, 2)))
