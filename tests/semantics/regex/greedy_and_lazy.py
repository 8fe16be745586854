# inputs: ["<a><b>", "<>", "a<b"]
import re
def f(x):
    a, b = re.search("<.*>", x), re.search("<.*?>", x)
    return (len(a.group()) if a else 0) * 10 + (len(b.group()) if b else 0) + 100 * len(re.findall("<.+?>", x)) + 1000 * len(re.findall("a{0,2}?", x))
