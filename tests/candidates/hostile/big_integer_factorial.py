# expect: out_of_fuel=all
import math

def f(x):
    return math.factorial(10**7) % 2
