# inputs: [[1.0], [0.0]]
# deopt
def f(x):
    n = float("nan")
    bits = [n == n, n != n, n < 1, n > 1, n <= n, n in [n], n in [float("nan")], [n] == [n], not n, min(n, 1.0) == 1.0, max(1.0, n) == 1.0, n is n]
    return sum(b << i for i, b in enumerate(bits)) + int(x[0])
