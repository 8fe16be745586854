# expect: correct=all
CACHE = {}

def f(x):
    if x not in CACHE:
        CACHE[x] = x.count("1") % 2
    return CACHE[x]
