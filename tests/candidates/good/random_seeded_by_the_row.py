# expect: correct=all
import random

def f(x):
    random.seed(x)
    order = random.sample(range(len(x)), len(x))
    return sum(x[i] == "1" for i in order) % 2
