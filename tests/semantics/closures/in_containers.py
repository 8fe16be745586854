# inputs: [[1, 2, 3], [4, 5], []]
def f(x):
    hs = {}
    hs["a"] = lambda v, k=len(x): v + k
    acc = []
    def push(v, into=acc):
        into.append(v)
        return len(into)
    for v in x:
        push(v)
    return hs["a"](4) + sum(acc) * 100 + len(acc)
