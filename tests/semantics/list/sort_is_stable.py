# inputs: [[31, 12, 21, 32, 11], [1], [10, 20, 30, 11, 21]]
def f(x):
    n = 0
    for v in sorted(x, key=lambda v: v % 10) + sorted(x, key=lambda v: v % 10, reverse=True) + sorted(sorted(x), key=lambda v: -(v // 10)):
        n = (n * 101 + v) % 1000000007
    return n
