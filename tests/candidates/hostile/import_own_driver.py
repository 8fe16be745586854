# expect: correct=all
# Whatever runs this program, a program may find it and break it; only its own rows are lost.
import sys

def f(x):
    for name in list(sys.modules):
        if name not in ("sys", "builtins"):
            del sys.modules[name]
    return x.count("1") % 2
