# inputs: [[0, 1, 2, 3, 1, 2], [5, 5], [0, 9, 9, 1, 1, 0]]
def f(x):
    parent = list(range(10))
    def find(v):
        while parent[v] != v:
            parent[v] = parent[parent[v]]
            v = parent[v]
        return v
    for a, b in zip(x[::2], x[1::2]):
        parent[find(a)] = find(b)
    return len({find(v) for v in range(10)})
