# inputs: [[0, 1, 2, 3, 4, 5], [7], []]
def f(x):
    n = 0
    for a in (None, 0, 1, -1, 4, 9, -9):
        for b in (None, 0, 3, -1, 9, -9):
            for c in (1, 2, -1, -2):
                n = (n * 31 + sum(x[a:b:c]) + len(tuple(x)[a:b:c]) + len(range(10)[a:b:c])) % 1000000007
    return n
