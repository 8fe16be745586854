# expect: exception=some correct=some wrong=none raises:ValueError
def f(x):
    if x[0] == "1":
        raise ValueError(x)
    return x.count("1") % 2
