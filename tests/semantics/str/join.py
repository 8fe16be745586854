# inputs: ["", "1", "0110"]
def f(x):
    return len("-".join(x)) + 100 * len("".join(reversed(x))) + 10000 * ("".join(sorted(x)) == x) + int("1" + "".join(str(int(c) + 1) for c in x)) + len(", ".join(["a"] * len(x)))
