# inputs: ["", "01"]
def f(x):
    it, n = iter(x), 0
    while True:
        try:
            n = n * 2 + int(next(it)) + 1
        except StopIteration:
            return n
