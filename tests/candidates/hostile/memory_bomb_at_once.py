# expect: out_of_memory=all
def f(x):
    return len(bytearray(1 << 30)) % 2
