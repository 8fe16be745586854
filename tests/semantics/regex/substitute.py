# inputs: ["0110", "aab", ""]
# tier: declined
import re
def f(x):
    a = re.sub("1", "one", x)
    b = re.sub(r"(.)(.)", r"\2\1", x)
    c = re.sub("0|a", lambda m: m.group() * 3, x)
    d = re.sub("", "-", x)
    e, k = re.subn("[01]", "", x)
    g = re.sub(r"(?P<q>a)", r"<\g<q>>", x, count=1)
    n = k
    for ch in "|".join((a, b, c, d, e, g)):
        n = (n * 131 + ord(ch)) % 1000000007
    return n
