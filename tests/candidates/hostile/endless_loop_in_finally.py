# expect: out_of_fuel=all
def f(x):
    try:
        return 1
    finally:
        while True:
            pass
