# inputs: [[7], [1], [23]]
from collections import deque
def f(x):
    seen, queue = {1: 0}, deque([1])
    while queue:
        v = queue.popleft()
        if v == x[0]:
            return seen[v]
        for w in (v * 2, v - 1, v + 3):
            if 0 < w < 100 and w not in seen:
                seen[w] = seen[v] + 1
                queue.append(w)
    return -1
