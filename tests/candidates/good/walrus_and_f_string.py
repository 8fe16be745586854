# expect: correct=all
def f(x):
    return int(f"{(n := x.count('1')):b}"[-1]) if x else n
