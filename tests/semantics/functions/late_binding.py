# inputs: [[3]]
# tier: declined
def f(x):
    fs = []
    for i in range(x[0]):
        fs.append(lambda: i * 10)
    gs = [lambda v=i: v for i in range(x[0])]
    return sum(g() for g in fs) + sum(g() for g in gs)
