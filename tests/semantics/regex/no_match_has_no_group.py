# inputs: ["0", "1"]
import re
def f(x):
    return len(re.match("1", x).group())
