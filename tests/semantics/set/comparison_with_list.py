# inputs: [[1]]
def f(x):
    return (set(x) == x) + (set(x) == {1: 2}.keys())
