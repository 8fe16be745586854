# inputs: ["01", "1"]
A = [1, 2, 3]
B = {k: v for v, k in enumerate("01")}
C = sum(A) + len(B)
D, E = 7, "x" * 3
def g(v):
    return v + C
H = g(1)
def f(x):
    return sum(A) + B[x[0]] + C * 10 + D + len(E) + H * 100
