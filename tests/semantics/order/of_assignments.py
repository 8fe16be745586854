# inputs: [[0, 1, 2]]
def f(x):
    i = 0
    i, x[i] = 1, 9
    a = b = [i]
    b.append(2)
    x[i], i = 7, 2
    c = x[i] = i
    return x[0] * 100 + x[1] * 10 + x[2] + len(a) * 1000 + c * 10000
