# tier: any
# inputs: ["a", ""]
def f(x):
    try:
        raise ValueError("bad " + x)
    except ValueError as e:
        return len(str(e))
