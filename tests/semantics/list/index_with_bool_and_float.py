# inputs: [[5, 6]]
def f(x):
    n = x[True] * 10 + x[False]
    try:
        n += x[1.0]
    except TypeError:
        n += 1000
    try:
        n += x["0"]
    except TypeError:
        n += 2000
    return n
