# inputs: [[1, 2], []]
def f(x):
    return (1 in x) + 2 * (True in x) + 4 * (1.0 in x) + 8 * ("1" in x) + 16 * (None in x) + 32 * ([1] in [x, [1]]) + 64 * (3 not in x)
