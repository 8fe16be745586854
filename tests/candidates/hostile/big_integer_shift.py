# expect: out_of_memory=all
def f(x):
    return (1 << (1 << 33 - 1) // 4).bit_length()
