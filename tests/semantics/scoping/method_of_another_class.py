# inputs: ["", "0", "01"]
# deopt
def f(x):
    v = [3, 1]
    for c in x:
        v.extend(sorted(v))
        v = len(v)
    return v if x == "0" else len(v)
