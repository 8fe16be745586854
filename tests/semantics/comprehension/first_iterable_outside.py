# inputs: [[3]]
def f(x):
    n = x[0]
    return sum(n for n in range(n)) * 10 + len([n for n in [n] for n in range(n)])
