# tier: any
# inputs: ["0"]
def f(x):
    raise
