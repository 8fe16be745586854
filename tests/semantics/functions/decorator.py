# tier: any
# inputs: ["01"]
def twice(g):
    def run(*a):
        return g(*a) * 2
    return run

@twice
def count(x):
    return x.count("1")

def f(x):
    return count(x)
