# expect: correct=all
from collections import Counter, defaultdict, deque, namedtuple

Tally = namedtuple("Tally", "zero one")

def f(x):
    queue, seen = deque(x), defaultdict(int)
    while queue:
        seen[queue.popleft()] += 1
    assert Counter(x) == Counter(seen)
    return Tally(seen["0"], seen["1"]).one % 2
