# inputs: ["ab", "aab", "c"]
from collections import Counter
def f(x):
    c, d = Counter(x), Counter("abb")
    return sum((c + d).values()) + 10 * sum((c - d).values()) + 100 * sum((c & d).values()) + 1000 * sum((c | d).values()) + (c == d) + (Counter("ab") == Counter("ba"))
