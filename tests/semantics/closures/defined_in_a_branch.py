# inputs: [[1, 2, 3], []]
def f(x):
    if x:
        def g():
            return 1
    try:
        return g()
    except UnboundLocalError:
        return 9
