# inputs: [{"b": 1, "a": 2}, {"b": 0.5, "a": -1}, {"b": None, "a": 0}]
def f(x):
    n = 0
    for i, (k, v) in enumerate(x.items()):
        n = n * 1000 + ord(k) + int((v or 0) * 2) + i
    return n
