# inputs: ["", " ", "\u0000", "a\nb", "~", "0", "\u007f"]
def f(x):
    return sum(ord(c) * (i + 1) for i, c in enumerate(x)) * 10 + len(x)
