# inputs: [[1, 2]]
def push(a, v):
    a.append(v)
    a = [0]
    return a

def f(x):
    b = push(x, 5)
    return len(x) * 10 + len(b)
