# inputs: ["", "0", "01", "abc", "0101010101"]
def f(x):
    return int.from_bytes(x.encode(), "big") % 1000000007
