# inputs: [[3], [0], [1]]
def f(x):
    n = x[0]
    a = [(i, j) for i in range(n) for j in range(i) if (i + j) % 2]
    b = [[i * j for j in range(n)] for i in range(n)]
    c = [k for row in b for k in row if k]
    d = [i for i in range(n) if i if i % 2 == 0]
    return len(a) * 1000 + sum(map(sum, b)) * 10 + sum(c) + len(d) * 100000
