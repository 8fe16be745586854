# inputs: ["01"]
from collections import deque
def f(x):
    d = deque(x)
    for c in d:
        d.append(c)
    return 1
