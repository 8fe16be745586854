# expect: correct=all
def f(x):
    if not x:
        return 0
    return (x[0] == "1") ^ f(x[1:])
