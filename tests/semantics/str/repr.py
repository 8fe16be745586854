# inputs: ["", "a", "it's", "\"", "'\"", "a\nb\t\\", "\u0000\u001f~\u007f"]
def code(s):
    n = 0
    for c in s:
        n = (n * 131 + ord(c)) % 1000000007
    return n

def f(x):
    return code(repr(x) + "|" + str([x]) + "|" + f"{x!r}" + "|" + ascii(x))
