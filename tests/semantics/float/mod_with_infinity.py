# inputs: [[5.0], [-5.0]]
def f(x):
    inf = float("inf")
    return (x[0] % inf == 5.0) + 2 * (x[0] % inf == inf) + 4 * (x[0] // inf == -1.0) + 8 * (inf % 2 != inf % 2)
