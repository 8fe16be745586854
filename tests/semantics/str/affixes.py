# inputs: ["", "0", "0b101", "101ed", "00"]
def f(x):
    return len(x.removeprefix("0b")) + 10 * len(x.removesuffix("ed")) + 100 * len(x.removeprefix("0")) + 1000 * len(x.removesuffix(""))
