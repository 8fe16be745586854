# inputs: [[1], [1, 2]]
def f(x):
    return (x < ["a"]) if len(x) > 1 else (x == ["a"]) + ([1, 2] < [1, "a"] if x == [2] else 5)
