# inputs: [[0]]
def f(x):
    return len(str(set())) * 100 + len(str(frozenset())) + len(repr(frozenset([1])))
