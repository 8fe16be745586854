# inputs: ["0110"]
def abs(v):
    return 42

min = max

def f(x):
    return abs(-1) + min(1, 2)
