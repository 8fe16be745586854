# inputs: [[1, 2, 3], [5]]
def f(x):
    s = set(x)
    alias = s
    s |= {7}
    s &= {1, 2, 5, 7}
    s -= {2}
    s ^= {7, 8}
    s.update([10], (11,))
    s.intersection_update(range(12))
    s.difference_update({11})
    return sum(s) * 100 + len(alias) * 10 + (alias is s)
