# inputs: ["1.5", " 2 ", "1e3", "-.5", "5.", "inf", "-Infinity", "1_0.5", "", "1e", "0x10", ".", "1e400", "1.2.3", "+3", "nan"]
def f(x):
    v = float(x)
    return int(v * 2) if -1e15 < v < 1e15 else (v > 0) + 2 * (v < 0)
