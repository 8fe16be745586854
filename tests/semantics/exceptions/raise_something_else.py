# tier: any
# inputs: ["0", "1"]
def f(x):
    if x == "0":
        raise "text"
    raise int
