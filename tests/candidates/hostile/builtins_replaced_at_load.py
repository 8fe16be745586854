# expect: correct=all
import builtins

for name in ("len", "range", "list", "map", "zip", "repr", "print", "getattr", "BaseException", "Exception"):
    setattr(builtins, name, None)

def f(x):
    return x.count("1") % 2
