# inputs: [[3, 1, 2], [], [5, -5, 0, 5], [9223372036854775807, -9223372036854775808, 4611686018427387904, -1]]
# deopt
def f(x):
    a = sorted(x)
    b = list(x)
    b.sort(reverse=True)
    c = sorted(x, key=lambda v: (v % 3, -v))
    d = sorted(x, key=abs)
    n = 0
    for v in a + b + c + d:
        n = (n * 31 + v) % 1000000007
    return n
