# inputs: ["a"]
from collections import defaultdict
def f(x):
    return defaultdict()[x]
