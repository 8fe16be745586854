# expect: out_of_fuel=all
def f(x):
    while True:
        try:
            while True:
                pass
        except BaseException:
            pass
