# inputs: [[2, 0, 1], [0, 1, 2], [1, 0]]
def f(x):
    seen, cycles = [False] * len(x), 0
    for i in range(len(x)):
        if not seen[i]:
            cycles += 1
            while not seen[i]:
                seen[i] = True
                i = x[i]
    return (len(x) - cycles) % 2 * 10 + sum(x[i] > x[j] for i in range(len(x)) for j in range(i + 1, len(x)))
