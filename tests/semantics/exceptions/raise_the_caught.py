# inputs: ["0", "2"]
def f(x):
    try:
        return 6 // int(x)
    except ZeroDivisionError as e:
        raise e
