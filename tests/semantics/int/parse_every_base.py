# inputs: ["101", "zz", "7f", "0x7f", "0o17", "0b11", "010", "0", "00", "-0xA", "g", "1_1"]
def f(x):
    total = 0
    for base in (0, 2, 3, 8, 10, 16, 36):
        try:
            total = total * 7 + int(x, base)
        except ValueError:
            total = total * 7 - 1
    return total
