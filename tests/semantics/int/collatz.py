# inputs: [[1], [7], [27], [97], [837799]]
def f(x):
    n, steps, top = x[0], 0, 0
    while n != 1:
        n = n // 2 if n % 2 == 0 else 3 * n + 1
        steps += 1
        if n > top:
            top = n
    return steps * 1000 + top % 1000
