# expect: correct=all
def ones(x):
    return sum(c == "1" for c in x)

def f(x):
    return ones(x) % 2
