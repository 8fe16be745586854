# inputs: [[-2], [-1], [0], [1], [2]]
def f(x):
    total = 0
    for e in (61, 62, 63, 64):
        for sign in (1, -1):
            n = sign * (1 << e) + x[0]
            total = (total * 31 + n % 1009 + n // 3 % 7 + (n == sign << e) + (n < sign * (1 << e)) + len(str(n))) % 1000000007
    return total
