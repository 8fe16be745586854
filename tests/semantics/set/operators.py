# inputs: [[1, 2, 3], [3], [], [1, 1]]
def f(x):
    s, t = set(x), {2, 3, 4}
    n = 0
    for u in (s & t, s | t, s - t, t - s, s ^ t, s.union(t, [9]), s.intersection([1, 2]), s.difference(t), s.symmetric_difference([1])):
        n = n * 10 + len(u)
    return n * 1000 + sum(s & t) * 10 + (s <= t) + 2 * (s < t) + 4 * s.issubset(t) + 8 * s.isdisjoint([7])
