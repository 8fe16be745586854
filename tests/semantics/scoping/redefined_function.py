# inputs: ["0", "1"]
# tier: declined
def g(x):
    return 1

def g(x):
    return 2

def f(x):
    if x == "1":
        def g(x):
            return 3
    else:
        g = lambda x: 4
    return g(x)
