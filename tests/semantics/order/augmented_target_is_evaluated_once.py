# inputs: ["0"]
def f(x):
    n = 0
    a = [1, 2, 3]
    def i():
        nonlocal n
        n += 1
        return n
    a[i()] += i()
    a[i() - 3] *= 5
    return sum(v * 10 ** k for k, v in enumerate(a)) * 10 + n
