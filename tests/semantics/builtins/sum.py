# inputs: [[1, 2, 3], [], [9223372036854775807, 9223372036854775807, -9223372036854775807]]
# deopt
def f(x):
    return sum(x) + sum(x, 10) * 2 % 1000003 + len(sum([[1], [2, 3]], [])) + sum(v > 1 for v in x) + sum((True, False)) + sum({1: 5, 2: 6}) + sum(range(5), start=3) + int(sum([0.5, 1])) + len(sum([(1,), (2,)], ()))
