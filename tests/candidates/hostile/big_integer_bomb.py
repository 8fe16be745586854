# expect: any_fault=all
def f(x):
    return 9 ** 9 ** 9 % 2
