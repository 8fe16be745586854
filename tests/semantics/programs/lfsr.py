# inputs: ["1011", "0001", "11111111"]
def f(x):
    s = int(x, 2) or 1
    seen, n = {}, 0
    while s not in seen:
        seen[s] = n
        b = (s ^ s >> 2 ^ s >> 3) & 1
        s = s >> 1 | b << len(x) - 1
        n += 1
    return n * 1000 + seen[s]
