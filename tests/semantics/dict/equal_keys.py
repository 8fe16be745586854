# inputs: [[1], [0], [2]]
def f(x):
    d = {1: "a", True: "b", 1.0: "c", 0: "z"}
    d[x[0]] = "new"
    d[2.0] = "two"
    return len(d) * 100 + (d[1] == "new") + 2 * (d[True] == "c") + 4 * (d.get(2) == "two") + 8 * (list(d)[0] is True or list(d)[0] == 1) + 16 * ("1" in d)
