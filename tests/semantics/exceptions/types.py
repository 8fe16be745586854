# inputs: [[0], [1], [2], [3], [4], [5], [6], [7], [8], [9], [10], [11], [12], [13], [14], [15]]
def f(x):
    k = x[0]
    if k == 0: return 1 // 0
    if k == 1: return [][0]
    if k == 2: return {}["a"]
    if k == 3: return int("z")
    if k == 4: return "a" + 1
    if k == 5: return None.x
    if k == 6: return undefined_name
    if k == 7: raise StopIteration
    if k == 8: assert k == 7, "no"
    if k == 9: raise RuntimeError("r")
    if k == 10: raise NotImplementedError
    if k == 11: raise KeyError("k") from None
    if k == 12: raise Exception
    if k == 13: return 2.0 ** 10000
    if k == 14: return next(iter([]))
    return -1
