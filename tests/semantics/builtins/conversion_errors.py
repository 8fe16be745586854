# inputs: ["0", "1", "2", "3", "4", "5"]
def f(x):
    k = int(x)
    if k == 0: return int(None)
    if k == 1: return int([])
    if k == 2: return int(5, 2)
    if k == 3: return float("a")
    if k == 4: return list(5)
    return dict([1])
