# inputs: ["12", "1234"]
def f(x):
    return len(str(10 ** (int(x) * 10)))
