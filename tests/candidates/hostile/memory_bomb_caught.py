# expect: correct=all
# MemoryError is an exception like others: who catches it and frees may go on.
def f(x):
    try:
        hoard = bytearray(1 << 30)
    except MemoryError:
        return x.count("1") % 2
    return 2
