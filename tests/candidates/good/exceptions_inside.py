# expect: correct=all
def f(x):
    total = 0
    for i in range(1000):
        try:
            total += int(x[i])
        except IndexError:
            break
    else:
        return None
    return total % 2
