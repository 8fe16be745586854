# expect: out_of_fuel=all
class Clingy:
    def __del__(self):
        while True:
            pass

def f(x):
    Clingy()
    return x.count("1") % 2
