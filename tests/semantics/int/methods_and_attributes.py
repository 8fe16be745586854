# inputs: [[5], [-3]]
def f(x):
    n = x[0]
    return n.real + n.imag + n.numerator + n.denominator + n.conjugate() + (5).bit_length() + int(n) + abs(n)
