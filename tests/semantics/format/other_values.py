# inputs: ["0", "11"]
def code(s):
    n = 0
    for c in s:
        n = (n * 131 + ord(c)) % 1000000007
    return n

def f(x):
    return code(f"{None}|{True}|{[1, x]}|{(x,)}|{ {'k': x} }|{x == '0'!s:>6}|{True:d}|{True:>5}|{[x] * 2!r}|{len(x) > 1 and 'y'}|{lambda_(3)}")

def lambda_(v):
    return v * 2
