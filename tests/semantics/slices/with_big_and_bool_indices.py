# inputs: ["0110"]
def f(x):
    return len(x[:10 ** 30]) + 10 * len(x[-10 ** 30:2]) + 100 * len(x[True:]) + 1000 * len(x[::10 ** 20]) + len(list(x)[10 ** 25:])
