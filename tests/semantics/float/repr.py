# inputs: [[1.0], [0.1], [1e16], [1e15], [123456789.123], [1e-5], [0.0001], [-0.0], [1e100], [3.141592653589793], [5e-324]]
def code(s):
    n = 0
    for c in s:
        n = (n * 131 + ord(c)) % 1000000007
    return n

def f(x):
    return code(str(x[0])) + code(repr(x[0] * 3))
