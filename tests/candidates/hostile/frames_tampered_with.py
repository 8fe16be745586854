# expect: any
# A program may break whatever runs it; it loses its own rows, and nobody else's.
import sys

def f(x):
    frame = sys._getframe().f_back
    while frame is not None:
        for name in list(frame.f_globals):
            frame.f_globals[name] = None
        frame = frame.f_back
    return x.count("1") % 2
