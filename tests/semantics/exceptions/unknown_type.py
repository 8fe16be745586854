# inputs: ["0", "1"]
def f(x):
    try:
        return 1 // int(x)
    except NoSuchError:
        return 5
