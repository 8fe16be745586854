# inputs: ["", "0", "hello"]
def code(s):
    n = 0
    for c in s:
        n = (n * 131 + ord(c)) % 1000000007
    return n

def f(x):
    w, p = 7, 2
    return code(f"{x}|{x:7}|{x:>7}|{x:^7}|{x:-<7}|{x:.2}|{x:{w}.{p}}|{x!r:>9}|{{}}|{x.upper()}|{x:s}|{w}{p}" f"{x + 'z'}" "tail")
