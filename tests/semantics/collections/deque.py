# inputs: ["0110", "", "abc"]
from collections import deque
def f(x):
    d = deque(x)
    d.append("r")
    d.appendleft("l")
    d.rotate(1)
    d.extend("yz")
    d.extendleft("pq")
    s = "".join(d)
    p = d.pop() + d.popleft()
    d.rotate(-2)
    m = deque(x, maxlen=2)
    m.append("m")
    n = 0
    for c in s + p + "".join(d) + "".join(m):
        n = (n * 131 + ord(c)) % 1000000007
    return n + len(d) + (d[0] == d[-1]) + ("l" in d) + d.count("y") + bool(m)
