# expect: correct=all
# Only the return value counts.
import sys

def f(x):
    print(1 - x.count("1") % 2)
    sys.stderr.write("1\n")
    sys.stdout.flush()
    return x.count("1") % 2
