# inputs: ["0110"]
def f(x):
    return len(list(x)) + len(list(range(5))) + len(list({"a": 1})) + len(list(zip(x, x))) + len(list(enumerate(x))) + len(list(map(int, x))) + len(list((1, 2))) + len(list()) + sum(list(filter(None, map(int, x))))
