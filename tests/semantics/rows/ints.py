# inputs: [[], [0], [9223372036854775807, -9223372036854775808], [1, 2, 3]]
# deopt
def f(x):
    return len(x) * 100 + sum(x) % 7 + (type(x) is list) + isinstance(x, list) + all(type(v) is int for v in x)
