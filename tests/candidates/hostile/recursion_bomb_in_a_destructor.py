# expect: correct=all
# Freed from the outside in: without CPython's trashcan this would end the stack.
def f(x):
    nest = []
    for _ in range(5_000):
        nest = [nest]
    del nest
    return x.count("1") % 2
