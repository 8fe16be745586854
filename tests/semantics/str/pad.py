# inputs: ["", "1", "101", "-5", "+7", "abcdefghij"]
def code(s):
    n = 0
    for c in s:
        n = (n * 131 + ord(c)) % 1000000007
    return n

def f(x):
    return code("|".join([x.zfill(5), x.ljust(5), x.rjust(5, "0"), x.center(6), x.center(7, "*"), x.center(4, "-"), x.zfill(0), x.ljust(-1), x.center(5, "ab"[0])]))
