# expect: exception=some correct=some wrong=none raises:StopIteration
# Raised inside a map(), StopIteration would end the loop over the rows.
def f(x):
    if x[0] == "1":
        raise StopIteration
    return x.count("1") % 2
