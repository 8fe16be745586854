# inputs: [[3], [1]]
def f(x):
    n = x[0]
    grid = [[i * j for j in range(n)] for i in range(n)]
    grid[-1][-1] += 10
    t = list(zip(*grid))
    for row in grid:
        row.reverse()
    return sum(sum(r) for r in t) * 100 + grid[0][0] + sum(grid[i][i] for i in range(n)) + len(sum(grid, []))
