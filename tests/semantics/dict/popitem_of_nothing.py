# inputs: ["a"]
def f(x):
    return {}.popitem()
