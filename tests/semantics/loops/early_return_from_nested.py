# inputs: [[3, 4, 5], [1, 1], [9]]
def f(x):
    for i in range(len(x)):
        for j in range(i):
            if (x[i] + x[j]) % 3 == 0:
                return i * 10 + j
    return -1
