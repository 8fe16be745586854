# inputs: [[12, 18], [0, 0], [-4, 6], [17, 5], [9223372036854775807, 49], [1, 0]]
# deopt
import math
def f(x):
    a, b = x
    return math.gcd(a, b) * 1000 + math.lcm(a, b) % 1000 + math.gcd(a * 10 ** 20, b * 10 ** 20) % 997 + math.gcd() + math.gcd(a) + math.gcd(a, b, 6)
