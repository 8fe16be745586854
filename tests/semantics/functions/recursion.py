# inputs: [[0], [1], [5], [20]]
def fact(n):
    return 1 if n < 2 else n * fact(n - 1)

def f(x):
    return fact(x[0]) % 1000000007
