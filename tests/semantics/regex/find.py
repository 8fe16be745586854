# inputs: ["", "0", "0110111", "101010"]
import re
def f(x):
    m = re.search("11+", x)
    return len(re.findall("1+", x)) + 10 * len(re.findall("(?=11)", x)) + 100 * (m.start() if m else 9) + 1000 * (m.end() if m else 9) + 10000 * bool(re.match("0", x)) + 100000 * bool(re.fullmatch("(10)*1?", x)) + 1000000 * len(re.findall("", x))
