# inputs: [[1, 2], [1, 3], [], [1]]
def f(x):
    bits = [x == [1, 2], x < [1, 3], x <= [1, 2], x > [], x != [1], x == (1, 2), [x] == [[1, 2]], [1.0, 2.0] == x, [True, 2] == x, x < x + [0], (1, "a") < (2, 0)]
    return sum(b << i for i, b in enumerate(bits))
