# inputs: [[0], [5], [-5], [123456789], [-9223372036854775808]]
# deopt
def code(s):
    n = 0
    for c in s:
        n = (n * 131 + ord(c)) % 1000000007
    return n

def f(x):
    n = x[0]
    return code(f"{n}|{n:5}|{n:<5}|{n:^7}|{n:05}|{n:+}|{n: d}|{n:b}|{n:#x}|{n:X}|{n:#o}|{n:,}|{n:_}|{n:*^9}|{n:=+8}|{n:#010b}|{n:c}" if 0 < n < 100 else f"{n:d}|{n:>25}|{n:b}|{n:_b}|{n:n}|{n!s:>5}|{n!r}")
