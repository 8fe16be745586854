# inputs: ["1110011", "0000", "1", "101010101", ""]
def f(x):
    return max(map(len, x.split("0"))) * 100 + len([r for r in x.split("1") if r])
