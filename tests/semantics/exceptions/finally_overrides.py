# inputs: ["1", "0"]
def f(x):
    def g():
        try:
            return 10 // int(x)
        finally:
            if x == "0":
                return 7
    def h():
        n = 1
        try:
            return n
        finally:
            n = 2
    return g() * 10 + h()
