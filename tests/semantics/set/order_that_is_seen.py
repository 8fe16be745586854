# deopt
# inputs: [[5, 3, 100, 1], [7], []]
def f(x):
    n = 0
    for v in set(x):
        n = n * 101 + v
    return n + len(list(set(x)))
