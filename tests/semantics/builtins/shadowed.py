# inputs: ["0110"]
def f(x):
    sum = 5
    list = [c for c in x]
    def len(v):
        return 100
    max = lambda *a: -1
    return sum + len(list) + max(1, 2)
