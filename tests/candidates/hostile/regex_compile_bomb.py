# expect: any_fault=all
import re

def f(x):
    return int(re.match("(" * 100_000 + ")" * 100_000, x) is not None)
