# expect: correct=all
def f(x):
    return ones(x) % 2

def ones(x):
    return sum(c == "1" for c in x)
