# inputs: ["", "0"]
from collections import deque
def f(x):
    d = deque(x)
    d.pop()
    return d.popleft()
