# inputs: [[0], [7], [90], [123456789], [9223372036854775807]]
# deopt
def f(x):
    n, total, steps = x[0], 0, 0
    while n:
        n, d = divmod(n, 10)
        total += d * d
        steps += 1
    return total * 100 + steps
