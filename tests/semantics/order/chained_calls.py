# inputs: ["  0-1 ", ""]
def f(x):
    return len(x.strip().replace("-", "").zfill(5).split("0")[-1].join("ab").upper())
