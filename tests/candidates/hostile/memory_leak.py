# expect: any
# Grows by 1 MiB a row: an instance that serves many rows runs out, one that serves few does not.
HOARD = []

def f(x):
    HOARD.append(bytearray(1 << 20))
    return x.count("1") % 2
