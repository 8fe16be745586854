# inputs: ["1", "0", "a"]
def f(x):
    n = 0
    try:
        n += 10 // int(x)
    except ZeroDivisionError:
        n += 100
    else:
        n += 1000
    finally:
        n += 10000
    return n
