# inputs: ["", "0", "0110", "111"]
def f(x):
    root = {}
    node = root
    for c in x:
        node = node.setdefault(c, {})
    chain, nested, itself = {}, [], {}
    for c in x:
        chain = {c: chain}
        nested = [nested]
    itself[1, 2] = itself
    depth = 0
    while root:
        root = root[x[depth]]
        depth += 1
    return depth + 10 * len(str(chain)) + 1000 * len(str(nested)) + 100_000 * len(itself[1, 2])
