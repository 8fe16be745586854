# inputs: [[0], [1], [2], [3], [4], [5]]
def f(x):
    v = [1, True, "a", 1.5, [1], None][x[0]]
    bits = [isinstance(v, int), isinstance(v, (str, list)), isinstance(v, float), isinstance(v, bool), type(v) is int, type(v) == str, isinstance(v, object), isinstance(v, dict), type(v) == type(1.0), isinstance(v, (int, (str,)))]
    return sum(b << i for i, b in enumerate(bits))
