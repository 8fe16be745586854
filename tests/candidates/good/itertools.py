# expect: correct=all
from itertools import accumulate, groupby
from operator import xor

def f(x):
    assert "".join("".join(g) for _, g in groupby(x)) == x
    return list(accumulate(map(int, x), xor))[-1]
