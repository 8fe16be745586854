# inputs: ["abc", "a", "", "aab"]
from itertools import combinations, combinations_with_replacement, permutations, product
def f(x):
    n = 0
    for t in (combinations(x, 2), permutations(x), product(x, "01"), product(x, repeat=2), combinations_with_replacement(x, 2), permutations(x, 2), combinations(x, 9)):
        for u in t:
            n = (n * 31 + sum(map(ord, u)) + len(u)) % 1000000007
        n = n * 3 + 1
    return n % 1000000007
