# inputs: ["0", "1", "a", "9"]
def f(x):
    n = 0
    try:
        try:
            v = 6 // int(x)
        except ZeroDivisionError:
            n += 1
            raise ValueError("again")
        finally:
            n += 10
        if v == 0:
            raise KeyError(x)
    except ValueError as e:
        n += 100
    return n
