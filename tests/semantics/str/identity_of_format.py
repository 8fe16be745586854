# inputs: ["0", "101"]
# tier: declined
def f(x):
    return len("{}-{}".format(x, len(x))) + len("{0}{1}{0}".format(x, 5)) + len("{a:>5}{b!r}".format(a=x, b=x)) + len("{{}}".format()) + len("{:03d}|{:<4}|{:^5}".format(7, x, x)) + len("{0[1]}{1[k]}".format([1, 22], {"k": 333}))
