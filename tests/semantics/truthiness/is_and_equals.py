# inputs: ["0", ""]
def f(x):
    n = None
    t = x == "0"
    return (n is None) + 2 * (n is not None) + 4 * (t is True) + 8 * (t == 1) + 16 * (n == 0) + 32 * (n != False) + 64 * (t is not False) + 128 * ([] is []) + 256 * (() == []) + 512 * ("1" == 1) + 1024 * (1 == 1.0) + 2048 * (None == None)
