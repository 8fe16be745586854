# inputs: ["", "0", "1111", "0110110", "10101010"]
def code(s):
    n = 0
    for c in s:
        n = (n * 131 + ord(c)) % 1000000007
    return n

def f(x):
    return code(x.replace("11", "2") + "|" + x.replace("1", "") + "|" + x.replace("", "-") + "|" + x.replace("1", "x", 1) + "|" + x.replace("", "-", 2) + x.replace("0", "00", -1) + x.replace("1", "2", 0))
