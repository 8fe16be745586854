# tier: any
# inputs: [[5], [0]]
def squares(n):
    for i in range(n):
        yield i * i

def f(x):
    return sum(squares(x[0])) * 10 + len(list(squares(3)))
