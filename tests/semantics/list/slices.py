# inputs: [[1, 2, 3, 4, 5], [1], []]
def f(x):
    n = 0
    for part in (x[1:3], x[::-1], x[::2], x[-2:], x[:-2], x[5:1], x[5:1:-1], x[100:], x[-100:2], x[3::-2], x[:]):
        n = n * 7 + len(part)
        for v in part:
            n = (n * 11 + v) % 1000000007
    return n
