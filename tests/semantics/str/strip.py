# inputs: ["", "0", "0010100", "  01 ", "111", "\t 1\n"]
def code(s):
    n = 0
    for c in s:
        n = (n * 131 + ord(c)) % 1000000007
    return n

def f(x):
    return code("|".join([x.strip(), x.lstrip("0"), x.rstrip("0"), x.strip("01"), x.strip(""), x.strip(None), x.lstrip(), x.rstrip(), x.strip("0 ")]))
