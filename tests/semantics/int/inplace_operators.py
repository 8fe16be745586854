# inputs: [[17, 5], [-17, 5], [17, -5], [1, 0]]
def f(x):
    n, m = x
    n += m; n -= 1; n *= 3; n <<= 2; n ^= m; n |= 1; n &= 1023; n >>= 1
    n **= 2
    n //= m
    n %= 7 * m
    return n
