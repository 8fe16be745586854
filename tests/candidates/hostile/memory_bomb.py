# expect: out_of_memory=all
def f(x):
    hoard = []
    while True:
        hoard.append(bytearray(1 << 20))
