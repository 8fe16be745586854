# inputs: ["Hello, World", "xyz", ""]
from string import ascii_lowercase as L
def f(x):
    y = "".join(L[(L.index(c) + 3) % 26] if c in L else c for c in x.lower())
    return sum(c in "aeiou" for c in y) * 1000 + sum(map(ord, y)) % 1000
