# inputs: ["", "0", "0110", "abc0"]
def code(s):
    n = 0
    for c in s:
        n = (n * 131 + ord(c)) % 1000000007
    return n

def f(x):
    t = str.maketrans("01", "10")
    u = str.maketrans("01", "ab", "c")
    v = str.maketrans({"0": "zero", "1": None, 97: 98})
    return code(x.translate(t) + "|" + x.translate(u) + "|" + x.translate(v) + "|" + x.translate({48: 49}))
