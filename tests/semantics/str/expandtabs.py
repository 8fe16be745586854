# inputs: ["a\tb", "\t", "ab\n\tc", ""]
def f(x):
    return len(x.expandtabs()) * 1000 + len(x.expandtabs(4)) * 10 + len(x.expandtabs(0))
