# inputs: [[0], [5], [-5], [255], [-9223372036854775808], [1000000007]]
# deopt
def code(s):
    n = 0
    for c in s:
        n = (n * 131 + ord(c)) % 1000000007
    return n

def f(x):
    n = x[0]
    return code(bin(n) + hex(n) + oct(n) + bin(n << 70)) + len(bin(n * n))
