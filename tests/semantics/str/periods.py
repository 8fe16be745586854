# inputs: ["010101", "0110", "1111", "0", "001001001"]
def f(x):
    return (x + x).find(x, 1) * 10 + any(x == x[:k] * (len(x) // k) for k in range(1, len(x)))
