# expect: out_of_fuel=all
import re

def f(x):
    return int(re.match(r"(?:(0|1)+)+\1$", x + "x") is not None)
