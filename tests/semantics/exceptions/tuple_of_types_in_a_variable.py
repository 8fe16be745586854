# tier: any
# inputs: ["0", "a", "2"]
ERRORS = (ValueError, ZeroDivisionError)
def f(x):
    try:
        return 6 // int(x)
    except ERRORS:
        return -1
