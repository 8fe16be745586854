# inputs: ["0", ""]
def f(x):
    assert x, f"empty {x}"
    return 1
