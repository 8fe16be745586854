# inputs: ["01", ""]
def f(x):
    return len(x) + len([x]) * 10 + len((1, 2)) + len({1: 2}) + len({1, 2}) + len(range(7)) + len(b"ab") + len(range(10, 0, -3))
