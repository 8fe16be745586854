# expect: any_fault=all
def f(x):
    import ctypes
    return ctypes.string_at(0)[0]
