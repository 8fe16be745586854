# inputs: [[-7, 2], [7, -2], [0, 1], [-9223372036854775808, 3]]
# deopt
def f(x):
    a, b = x
    return (abs(a) + abs(b) * 10 + divmod(a, b)[0] * 3 + divmod(a, b)[1] + pow(a, 2) % 1009 + round(a / 2) + abs(-2.5) * 2 + abs(True)) % 1000003
