# expect: correct=all
ONE = "1"
BASE: int = 2

def f(x):
    return x.count(ONE) % BASE
