# tier: any
# inputs: ["0"]
def f(x):
    print("hello", x, end="")
    return 3
