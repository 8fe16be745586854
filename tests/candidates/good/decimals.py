# expect: correct=all
from decimal import Decimal, getcontext

getcontext().prec = 60

def f(x):
    return int(sum(Decimal(c) for c in x) % 2)
