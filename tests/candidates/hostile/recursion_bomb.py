# expect: any_fault=all
def f(x):
    return f(x)
