# inputs: [[1, 2, 3]]
def f(x):
    k = 2
    a = [(lambda v: v * k + w)(w) for w in x]
    b = list(map(lambda v: [v + u for u in x][-1], x))
    k = 5
    return sum(a) * 100 + sum(b)
