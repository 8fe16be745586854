# inputs: [[3, 1, 2, 5, 4], [1, 2, 3], [2, 1]]
def f(x):
    a, swaps = list(x), 0
    for i in range(len(a)):
        for j in range(len(a) - 1 - i):
            if a[j] > a[j + 1]:
                a[j], a[j + 1] = a[j + 1], a[j]
                swaps += 1
    return swaps * 10 + (a == sorted(x))
