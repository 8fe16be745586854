# expect: correct=all
def f(x):
    n = int(x, 2)
    assert pow(3, 2 * n + 1, 7) in range(7) and (n ** 20) % 2 == n % 2
    return n.bit_count() % 2
