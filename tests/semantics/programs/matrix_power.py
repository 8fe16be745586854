# inputs: [[1], [10], [100]]
def mul(a, b, m):
    return [[sum(p * q for p, q in zip(r, c)) % m for c in zip(*b)] for r in a]

def f(x):
    n, m = x[0], 10 ** 9 + 7
    r, b = [[1, 0], [0, 1]], [[1, 1], [1, 0]]
    while n:
        if n & 1:
            r = mul(r, b, m)
        b = mul(b, b, m)
        n >>= 1
    return r[0][1]
