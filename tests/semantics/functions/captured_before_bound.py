# inputs: ["0", "1"]
# deopt
def f(x):
    def g():
        return k
    if x == "1":
        k = 5
    return g()
