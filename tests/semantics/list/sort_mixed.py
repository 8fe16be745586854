# inputs: [[1], [1, 2]]
# deopt
def f(x):
    a = list(x) + ["a"] * (len(x) - 1)
    return len(sorted(a))
