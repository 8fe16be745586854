# inputs: ["0110"]
def f(x):
    def g(*, a=1, b):
        return a * 10 + b
    return g(b=2) + g(a=3, b=4)
