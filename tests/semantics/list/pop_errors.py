# inputs: [[], [1], [1, 2]]
def f(x):
    x.pop()
    return x.pop(1 - len(x)) if x else x.pop()
