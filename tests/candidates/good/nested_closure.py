# expect: correct=all
def f(x):
    total = 0
    def add(c):
        nonlocal total
        total += c == "1"
    for c in x:
        add(c)
    return total % 2
