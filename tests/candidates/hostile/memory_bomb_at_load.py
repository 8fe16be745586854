# expect: rejected:load MemoryError
HOARD = [bytearray(1 << 20) for _ in range(1 << 20)]

def f(x):
    return 1
