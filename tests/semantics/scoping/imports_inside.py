# inputs: ["0110"]
def f(x):
    import math
    from collections import Counter as C
    import itertools as it
    return math.gcd(12, 18) + C(x)["1"] * 10 + len(list(it.chain(x, x))) * 100
