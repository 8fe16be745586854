# inputs: ["5", "a"]
def f(x):
    try:
        n = int(x)
    except ValueError:
        pass
    return n
