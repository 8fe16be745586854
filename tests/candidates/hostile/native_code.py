# expect: exception=all raises:ModuleNotFoundError
def f(x):
    import ctypes
    return ctypes.string_at(0)[0]
