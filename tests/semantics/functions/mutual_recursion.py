# inputs: [[0], [7], [20]]
def even(n):
    return True if n == 0 else odd(n - 1)

def odd(n):
    return False if n == 0 else even(n - 1)

def f(x):
    return even(x[0]) + 2 * odd(x[0])
