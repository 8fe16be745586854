# inputs: ["abc", "ab", "acb"]
import re
def f(x):
    return len(re.match("a|ab|abc", x).group()) * 10 + len(re.match("(?:abc|ab|a)", x).group())
