# deopt
# inputs: [[5], [100000]]
def depth(n):
    return 0 if n == 0 else 1 + depth(n - 1)

def f(x):
    return depth(x[0])
