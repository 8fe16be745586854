# inputs: ["0", "1", "2", "3", "4"]
def f(x):
    k = int(x)
    if k == 0: return len(f"{x:d}")
    if k == 1: return len(f"{k:s}")
    if k == 2: return len(f"{[k]:5}")
    if k == 3: return len("{} {}".format(1))
    return len(f"{k:q}")
