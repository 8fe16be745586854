# expect: out_of_fuel=all
# The loop is inside the interpreter: no bytecode runs in it.
from itertools import repeat

def f(x):
    return sum(repeat(1))
