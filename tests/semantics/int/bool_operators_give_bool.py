# inputs: ["1", "0"]
def f(x):
    a = x == "1"
    return (a & True is True) + 2 * ((a | False) is a) + 4 * ((a ^ a) is False) + 8 * (type(a + 0) is int) + 16 * (type(a & 1) is int)
