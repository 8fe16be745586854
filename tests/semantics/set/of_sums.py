# inputs: [[3, 4, 5, 9], [2, 2, 2], []]
def f(x):
    reach = {0}
    for v in x:
        reach |= {r + v for r in reach if r + v < 50}
    return max(reach) * 100 + len(reach)
