# inputs: ["0110"]
def f(x):
    return g(x) + K

def g(x):
    return len(x)

K = 10
