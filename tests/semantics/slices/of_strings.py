# inputs: ["0123456789", "01", "", "012"]
def f(x):
    n = 0
    for a in (None, 0, 1, -1, -2, 5, 100, -100):
        for b in (None, 0, 2, -1, 7, 100, -100):
            for c in (None, 1, 2, -1, -3, 100, -100):
                s = x[a:b:c]
                n = (n * 31 + len(s) * 7 + (ord(s[0]) if s else 0)) % 1000000007
    return n
