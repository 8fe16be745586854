# expect: correct=all
def f(x, base=2, *, one="1"):
    return x.count(one) % base
