# inputs: ["01", "10", "0"]
def f(x):
    d = {frozenset("01"): 5, frozenset(): 6}
    return d.get(frozenset(x), 1) + 10 * (frozenset(x) == set(x)) + 100 * len({frozenset(x), frozenset(x[::-1])})
