# tier: any
# python: 3.13
# inputs: ["0"]
import re
def f(x):
    return bool(re.match("(", x))
