# expect: rejected:load name one f
def parity(x):
    return x.count("1") % 2

def majority(x):
    return int(x.count("1") * 2 > len(x))
