# inputs: ["a1b2", "", "a1"]
import re
def f(x):
    p = re.findall(r"([a-z])(\d)", x)
    q = re.findall(r"([a-z])\d", x)
    return sum(int(b) for _, b in p) * 10 + len(q) + (ord(q[0]) if q else 0)
