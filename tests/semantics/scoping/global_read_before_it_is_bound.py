# inputs: ["0"]
def g():
    return K
try:
    R = g()
except NameError:
    R = 7
K = 5
def f(x):
    return R * 10 + g()
