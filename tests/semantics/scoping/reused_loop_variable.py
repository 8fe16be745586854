# inputs: ["01", ""]
def f(x):
    i = "start"
    for i in range(len(x)):
        pass
    n = i if isinstance(i, int) else 50
    for i in x:
        n += int(i)
    i = [i]
    return n * 10 + len(i)
