# inputs: ["0110100", ""]
def f(x):
    return len({x[i:i + 3] for i in range(len(x) - 2)}) * 10 + sum({len(p) for p in x.split("0")})
