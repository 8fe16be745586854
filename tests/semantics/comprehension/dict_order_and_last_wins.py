# inputs: ["abcab"]
def f(x):
    d = {c: i for i, c in enumerate(x)}
    n = 0
    for k, v in d.items():
        n = n * 10 + v
    return n
