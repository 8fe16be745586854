# inputs: [[0], [1], [-5]]
def f(x):
    n = x[0]
    r = 0
    if n: r += 1
    if not n: r += 2
    if n and n > 0: r += 4
    if x: r += 8
    if [0]: r += 16
    if "": r += 32
    if n == 0 or 10 // n: r += 64
    while n < 0: n += 2
    if None: r += 128
    if 0.0 or n * 0.5: r += 256
    r += 512 if n else 1024
    return r
