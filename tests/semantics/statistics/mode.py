# inputs: ["", "0", "0110", "1001", "aabbb", "cabbac"]
import statistics
from statistics import mode

def f(x):
    if not x:
        return int(mode([True, 1, 0, 0.0, 1.0, 0, 1]) is True)
    same = mode(list(x)) == mode(x) == statistics.mode(data=list(x))
    unhashable = 0
    try:
        mode([[0], [0]])
    except TypeError:
        unhashable = 1
    counts = {c: x.count(c) for c in x}
    return ord(mode(x)) + 1000 * same + 2000 * unhashable + 4000 * (mode(counts) == x[0]) + 8000 * mode(counts.values())
