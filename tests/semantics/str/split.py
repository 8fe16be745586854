# inputs: ["", "1", "101", "0010010", " 1  0 1 ", "111", "1 0\t1\n0"]
def f(x):
    n = 0
    for p in (x.split("1"), x.split(), x.split("1", 1), x.split("11"), x.split(None, 1), x.rsplit("1", 1), x.rsplit(None, 1), x.split("0", -1), x.rsplit()):
        n = n * 7 + len(p) + sum(len(s) * i for i, s in enumerate(p))
    return n % 1000000007
