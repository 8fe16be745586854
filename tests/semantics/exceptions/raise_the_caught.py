# inputs: ["0", "2"]
# tier: declined
def f(x):
    try:
        return 6 // int(x)
    except ZeroDivisionError as e:
        raise e
