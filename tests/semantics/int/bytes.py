# inputs: [[0], [1], [255], [256], [65535], [-1], [123456789]]
def f(x):
    n = x[0]
    b = n.to_bytes(8, "big")
    return int.from_bytes(b, "little") % 1000003 + b[7] + len(b)
