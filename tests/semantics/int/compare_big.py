# inputs: [[0], [1], [-1], [9223372036854775807], [-9223372036854775808]]
# deopt
def f(x):
    a = x[0] * 10 ** 25
    b = 5 * 10 ** 24
    n = 0
    for r in (a < b, a <= b, a > b, a >= b, a == b, a != b, a == a * 1, -a < a, a < 1.5, a > 1e300, a == float(10 ** 25)):
        n = n * 2 + r
    return n
