# inputs: ["0110", "0011", "01"]
from collections import Counter
def f(x):
    h = len(x) // 2
    return (Counter(x[:h]) == Counter(x[h:])) + 2 * (Counter(x) == {"0": 2, "1": 2}) + len(Counter(map(int, x)))
