# tier: any
# inputs: ["0", "01"]
def f(x):
    s = x + "é✓"
    return len(s) * 1000 + ord(s[-1]) + len(s.encode("utf-8")) + ord("ß".upper()[0])
