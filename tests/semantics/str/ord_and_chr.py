# inputs: ["0", "a", "~", " "]
def f(x):
    c = ord(x)
    return c * 1000 + (chr(c) == x) + ord(chr(c ^ 1)) + (chr(65) < chr(97)) + ord("\n")
