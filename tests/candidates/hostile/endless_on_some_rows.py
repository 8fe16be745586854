# expect: out_of_fuel=some correct=some wrong=none
def f(x):
    while x[0] == "1":
        pass
    return x.count("1") % 2
