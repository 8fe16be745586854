# inputs: [[7.5, 2.0], [-7.5, 2.0]]
def f(x):
    q, r = divmod(x[0], x[1])
    return int(q) * 100 + int(r * 10) + int(pow(x[1], 3)) + int(pow(2, -1) * 10) + int(pow(4, 0.5))
