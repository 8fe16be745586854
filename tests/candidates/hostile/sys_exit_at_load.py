# expect: rejected:load SystemExit
import sys

def f(x):
    return 1

sys.exit(0)
