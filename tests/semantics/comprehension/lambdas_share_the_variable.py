# inputs: [[3]]
# tier: declined
def f(x):
    late = [lambda: i for i in range(x[0])]
    early = [lambda i=i: i for i in range(x[0])]
    return sum(g() for g in late) * 100 + sum(g() for g in early)
