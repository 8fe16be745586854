# inputs: [[1.0], [2.5]]
# deopt
def f(x):
    n = x[0] * float("nan")
    return ((n, 1) == (n, 1)) + 2 * ((x[0], 1) == (x[0], 1)) + 4 * (n in (n, 2.0)) + 8 * ([n] == [n]) + 16 * ([n, 1.0].count(n))
