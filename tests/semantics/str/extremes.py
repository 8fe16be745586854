# inputs: ["0", "0110", "hello", ""]
def f(x):
    return ord(max(x)) * 1000 + ord(min(x)) + (max(x, key=lambda c: -ord(c)) == min(x))
