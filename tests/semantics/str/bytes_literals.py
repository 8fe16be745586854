# inputs: ["01", "x"]
def f(x):
    b = bytes(x, "ascii") + b"\x00\xff"
    return b[0] + b[-1] + len(b[1:]) + (b > b"0") + int(b.hex(), 16) % 1000 + (48 in b) + int.from_bytes(bytes([1, 2, 3]), "big")
