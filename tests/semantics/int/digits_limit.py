# inputs: ["12", "123456789"]
def f(x):
    return int(x * 3000) % 1009
