# inputs: ["0", "1", "01"]
# tier: declined
def double(v):
    return v * 2

def twice(g, v):
    return g(g(v))

def f(x):
    g = double if x == "0" else abs if x == "1" else len
    h = [double, abs, lambda v: -v]
    return (g(x) == 0 if g is abs and False else twice(double, 3)) + sum(k(-4) for k in h) + (lambda a, b: a * b)(3, 4)
