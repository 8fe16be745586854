# inputs: [[0], [-1], [-128], [127], [-32768]]
def f(x):
    b = x[0].to_bytes(2, "little", signed=True)
    return int.from_bytes(b, "little", signed=True) * 1000 + int.from_bytes(b, "little")
