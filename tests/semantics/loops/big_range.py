# inputs: [[3]]
# deopt
def f(x):
    n = 0
    for i in range(10 ** 20, 10 ** 20 + x[0]):
        n += i % 7
    for i in range(2 ** 63 - 1, 2 ** 63 + 1):
        n += i % 1009
    return n
