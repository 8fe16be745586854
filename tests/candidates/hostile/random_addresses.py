# expect: any
# Addresses in the sandbox are the same for the same calls; the report must be, too.
def f(x):
    return (id(object()) >> 4) % 2
