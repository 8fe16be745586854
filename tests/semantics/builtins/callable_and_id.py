# inputs: ["0"]
def f(x):
    a = [1]
    return callable(len) + 2 * callable(f) + 4 * callable(x) + 8 * (a is a) + 16 * (a is not [1]) + 32 * (None is None)
