# inputs: [[3, 1, 2], [0], [], [5, 0]]
def f(x):
    try:
        if len(x) == 1:
            return "no label at all"
        if not x:
            return None
        return x[1]
    finally:
        if len(x) != 2:
            return len(x) * 10
