# expect: wrong=all
# The ends of int64 are labels, if wrong ones.
def f(x):
    return -(2**63)
