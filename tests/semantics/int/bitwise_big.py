# inputs: [[5, 3], [-5, 3], [5, -3], [-5, -3], [0, -1]]
def f(x):
    a, b = x[0] << 70 | 12345, (x[1] << 66) ^ 999
    total = 0
    for n in (a & b, a | b, a ^ b, ~a, -b, a & -1, b & 255, a ^ a):
        total = (total * 31 + n % 1000003) % 1000000007
    return total
