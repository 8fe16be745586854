# inputs: [[1, 2, 3], [4, 5], []]
def make(p, q):
    def inner(v, scale=p * 2):
        def deeper(w):
            return w + q + scale
        return deeper
    return inner
def f(x):
    m = make(len(x), 5)
    return m(1)(2) * 100 + m(1, 9)(2) + make(1, 2)(3, scale=4)(5)
