# inputs: ["0", "a", "2"]
# tier: declined
def f(x):
    try:
        return 6 // int(x)
    except ValueError:
        raise
    except ZeroDivisionError as e:
        raise TypeError("t") from e
