# expect: any_fault=all
def f(x):
    nest = []
    for _ in range(200_000):
        nest = [nest]
    return len(repr(nest))
