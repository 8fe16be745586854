# inputs: ["0110", "10"]
def f(x):
    return str.count(x, "1") + 10 * len(str.join("-", x)) + sum(map(str.isdigit, x)) + len(list(map(str.upper, x)))
