# expect: rejected:compile UTF-8
def f(x):
    return len('café ÿþ')
