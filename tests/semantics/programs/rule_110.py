# inputs: ["0001000", "1101", "1"]
def f(x):
    rule = {f"{i:03b}": str(110 >> i & 1) for i in range(8)}
    for _ in range(5):
        p = "0" + x + "0"
        x = "".join(rule[p[i:i + 3]] for i in range(len(x)))
    return int(x, 2)
