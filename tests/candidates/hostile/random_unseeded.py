# expect: trap=all
# A new generator asks the system for a seed.
import random

def f(x):
    return random.Random().getrandbits(1)
