# inputs: ["0"]
def f(x):
    """A docstring."""
    for c in x:
        pass
    while False:
        ...
    if x:
        ...
    return 1
