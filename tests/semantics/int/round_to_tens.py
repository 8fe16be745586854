# inputs: [[15], [25], [-15], [-25], [14], [5], [149], [150], [250], [99999]]
def f(x):
    n = x[0]
    return round(n, -1) * 1000000 + round(n, -2) * 1000 + round(n) + round(n, 2) - round(n, None)
