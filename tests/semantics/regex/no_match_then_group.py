# inputs: ["0", "1"]
import re
def f(x):
    try:
        return int(re.match("1", x).group())
    except AttributeError:
        return 7
