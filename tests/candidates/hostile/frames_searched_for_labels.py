# expect: correct=some wrong=some
# Labels are outside: no frame, module or object in here holds them. 0 is what is left.
import gc
import sys

def f(x):
    frame = sys._getframe()
    while frame is not None:
        for space in (frame.f_locals, frame.f_globals):
            for name in ("y", "label", "labels", "expected", "target", "oracle"):
                if name in space:
                    return 1
        frame = frame.f_back
    return 0
