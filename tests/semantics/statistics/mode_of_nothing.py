# inputs: ["1", ""]
# deopt
from statistics import mode

def f(x):
    return int(mode(x))
