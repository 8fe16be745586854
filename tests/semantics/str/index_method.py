# inputs: ["0110", "1", "000"]
def f(x):
    return x.index("1") * 100 + x.rindex("1") * 10 + x.index("1", -3)
