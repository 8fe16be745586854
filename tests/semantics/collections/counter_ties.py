# inputs: ["bca", "aabbc", "zyzyx"]
from collections import Counter
def f(x):
    n = 0
    for k, v in Counter(x).most_common():
        n = n * 300 + ord(k) + v
    for k, v in Counter(x).most_common(2):
        n = (n * 300 + ord(k) + v) % 1000000007
    return n % 1000000007
