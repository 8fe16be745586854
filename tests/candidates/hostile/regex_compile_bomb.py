# expect: exception=all raises:RecursionError
import re

def f(x):
    return int(re.match("(" * 1000 + ")" * 1000, x) is not None)
