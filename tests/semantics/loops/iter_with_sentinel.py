# tier: any
# inputs: [[1, 2, 0, 3], [0]]
def f(x):
    return sum(iter(iter(x).__next__, 0))
