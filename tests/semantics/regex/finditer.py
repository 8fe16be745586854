# inputs: ["0110111", "000"]
import re
def f(x):
    n = 0
    for m in re.finditer("1+", x):
        n = n * 100 + m.start() * 10 + len(m.group())
    return n
