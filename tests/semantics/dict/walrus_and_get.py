# inputs: ["0", "5"]
def f(x):
    d = {"0": 3}
    if (v := d.get(x)) is not None:
        return v
    return -1
