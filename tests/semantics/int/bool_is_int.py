# inputs: ["1", "0", "11"]
def f(x):
    a, b = x == "1", len(x) > 1
    t = True + True * 4 - False
    return (a + b) * 100 + (a ^ b) * 10 + (a & b) + (a | b) * 1000 + t + (-a) + (~b) + (True // 1) + (a << 3) + (a == 1) + [7, 8][a] + sum([a, b, a])
