# inputs: ["0110", ""]
def counts(x):
    return x.count("0"), x.count("1")

def f(x):
    a, b = counts(x)
    t = counts(x + "1")
    return a * 100 + b * 10 + t[1] + sum(t)
