# inputs: [[1], [2]]
def f(x):
    s = {1, 5}
    s.remove(x[0])
    return sum(s)
