# tier: any
# inputs: ["0110"]
def f(x):
    return (hash(x) == hash(x[:])) + 2 * (hash(1) == hash(1.0)) + 4 * (hash((1, 2)) == hash((1, 2))) + hash(5) + hash(-1)
