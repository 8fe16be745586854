# expect: any
# The hash seed is fixed when the runtime is built.
def f(x):
    return hash(x) % 2
