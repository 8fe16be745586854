# inputs: ["0110", "222"]
def f(x):
    return sum(1 if c == "1" else -1 if c == "0" else 5 for c in x) * 10 + len([c or "z" for c in x.split("1")])
