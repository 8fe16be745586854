# inputs: ["01"]
K = 4
def f(x):
    global K
    return K + len(x)
