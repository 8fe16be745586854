# inputs: ["", "0", "01", "abc"]
def f(x):
    b = x.encode()
    return sum(b) * 1000 + len(b) + (b == b"01") + sum(1 for v in b if v == 48) + (b.decode() == x) + (list(b)[:1] == [97]) + b.count(b"1")
