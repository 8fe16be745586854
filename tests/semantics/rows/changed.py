# inputs: [[3, 1, 2], [1]]
def f(x):
    x.sort()
    x.append(5)
    x[0] = 9
    return sum(v * 10 ** i for i, v in enumerate(x))
