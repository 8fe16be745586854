# tier: any
# inputs: ["0", "1"]
def f(x):
    try:
        return 1 // int(x)
    except "text":
        return 5
