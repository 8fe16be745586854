# inputs: ["1", "0", "12"]
def f(x):
    return int(float(x)) + int(True) + int(2.9) + int(-2.9) + int(x) * 10 + int(bool(x)) + len(str(int(x))) + int() + len(str()) + int(float()) + len(list()) + len(tuple()) + len(dict()) + int("  7 ") + int(b"12") + int(str(x) + "0")
