# inputs: [[0], [1], [2], [3], [4], [5]]
def f(x):
    v = [1, True, "a", 1.5, [1], None][x[0]]
    return (type(v) is int) + 2 * (type(v) == str) + 4 * (type(v) in (bool, float)) + 8 * (type(v) is not type(x)) + 16 * isinstance(v, (int, (str,)))
