# expect: out_of_fuel=all
def f(x):
    return 9 ** 9 ** 9 % 2
