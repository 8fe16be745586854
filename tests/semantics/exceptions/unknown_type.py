# inputs: ["0", "1"]
# tier: declined
def f(x):
    try:
        return 1 // int(x)
    except NoSuchError:
        return 5
