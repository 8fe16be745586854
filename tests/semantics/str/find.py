# inputs: ["", "0", "0110110", "111", "000110", "0101010111"]
def f(x):
    r = 0
    for v in (x.find("11"), x.rfind("11"), x.find("1", 2), x.find("1", -3), x.find("1", 1, 4), x.rfind("0", 0, -1), x.find(""), x.rfind(""), x.find("", 99), x.find("", len(x)), x.find("1", 99)):
        r = r * 13 + v + 1
    return r % 1000000007
