# inputs: ["0", "a", "2"]
def f(x):
    try:
        return 6 // int(x)
    except ValueError:
        raise
    except ZeroDivisionError as e:
        raise TypeError("t") from e
