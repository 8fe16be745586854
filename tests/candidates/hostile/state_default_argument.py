# expect: impure
def f(x, seen=[]):
    seen.append(x)
    return len(seen) % 2
