# tier: any
# inputs: ["a", "b"]
def f(x):
    try:
        raise ValueError(x, 5)
    except ValueError as e:
        return len(e.args) * 10 + e.args[1] + len(str(e.args[0])) + isinstance(e, Exception)
