# inputs: ["2", "97", "91", "1000000007", "18446744073709551557", "18446744073709551556", "3215031751", "99999999999999999989"]
def f(x):
    n = int(x)
    if n < 2:
        return 0
    ps = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37)
    for p in ps:
        if n % p == 0:
            return int(n == p)
    d, s = n - 1, 0
    while d % 2 == 0:
        d //= 2
        s += 1
    for a in ps:
        y = pow(a, d, n)
        if y in (1, n - 1):
            continue
        for _ in range(s - 1):
            y = y * y % n
            if y == n - 1:
                break
        else:
            return 0
    return 1
