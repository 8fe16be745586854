# expect: impure
# The same numbers in every instance, but row by row other ones.
import random

def f(x):
    return random.getrandbits(1)
