# inputs: ["a", "1"]
def f(x):
    e = 5
    try:
        n = int(x)
    except ValueError as e:
        n = 3
    return n + e
