# inputs: ["0", "1", "2"]
def g(x):
    try:
        return h(x)
    except KeyError:
        return 5

def h(x):
    if x == "0":
        raise KeyError
    if x == "1":
        raise IndexError
    return 7

def f(x):
    try:
        return g(x)
    except LookupError:
        return 6
