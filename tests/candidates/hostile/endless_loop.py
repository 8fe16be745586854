# expect: out_of_fuel=all
def f(x):
    while True:
        pass
