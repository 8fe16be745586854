# inputs: ["01"]
def f(x):
    i = 7
    y = [i for i in range(3)]
    x = [x for x in x]
    z = [i + j for j in range(2)]
    return i * 1000 + sum(y) + len(x) * 100 + sum(z)
