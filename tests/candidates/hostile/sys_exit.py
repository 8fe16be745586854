# expect: exception=all raises:SystemExit
import sys

def f(x):
    sys.exit(0)
