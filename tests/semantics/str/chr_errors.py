# inputs: [[65], [-1], [1114112]]
def f(x):
    return ord(chr(x[0]))
