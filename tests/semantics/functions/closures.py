# inputs: [[3], [5]]
def f(x):
    def adder(n):
        def add(m):
            return n + m
        return add
    a, b = adder(x[0]), adder(10)
    return a(1) * 100 + b(1)
