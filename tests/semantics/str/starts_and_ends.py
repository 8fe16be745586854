# inputs: ["", "0", "01", "1100", "0110"]
def f(x):
    bits = [x.startswith("0"), x.endswith("0"), x.startswith(("10", "11")), x.endswith(("0", "")), x.startswith(""), x.startswith("1", 1), x.endswith("1", 0, -1), x.startswith(()), x.startswith("", 99), x.startswith("", len(x))]
    return sum(b << i for i, b in enumerate(bits))
