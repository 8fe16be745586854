# inputs: ["0110", "1", ""]
def f(x):
    n = 0
    for c in reversed(x):
        n = n * 3 + int(c)
    for i in reversed(range(len(x))):
        n = n * 3 + i
    for i, c in reversed(list(enumerate(x))):
        n = n * 3 + i
    for k in reversed({"a": 1, "b": 2}):
        n = n * 3 + ord(k)
    return n
