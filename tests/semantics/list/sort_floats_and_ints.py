# inputs: [[3, 1, 2], [0, -1]]
def f(x):
    a = sorted(list(x) + [1.5, 2.0, True])
    return sum(int(v * 2) * 7 ** i for i, v in enumerate(a)) % 1000000007
