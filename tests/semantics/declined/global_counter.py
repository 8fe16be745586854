# tier: declined
# inputs: ["01"]
n = 0
def f(x):
    global n
    n = 5
    return n
