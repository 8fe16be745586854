# inputs: ["01", "1"]
BASE = [0, 1]
def f(x):
    a = BASE[:]
    a.append(len(x))
    b = BASE + [5]
    return sum(a) * 10 + len(b) + len(BASE)
