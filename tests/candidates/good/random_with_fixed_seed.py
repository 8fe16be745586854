# expect: correct=all
import random

def f(x):
    order = list(range(len(x)))
    random.Random(7).shuffle(order)
    return sum(x[i] == "1" for i in order) % 2
