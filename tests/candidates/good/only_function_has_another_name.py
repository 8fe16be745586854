# expect: correct=all
def parity(bits):
    return bits.count("1") % 2
