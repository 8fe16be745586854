# inputs: ["1", "a", ""]
def f(x):
    try:
        return int(x) + [5][0]
    except:
        return -1
