# expect: correct=all
import sys

def f(x):
    if sys.stdout is not None:
        sys.stdout.close()
    sys.stdout = sys.stderr = None
    return x.count("1") % 2
