# inputs: ["", "01", "0110", "010101010101010101010101010101"]
# deopt
def f(x):
    v = [1]
    for c in x:
        v = [v, v]
    v.sort()
    n = 0
    while v != [1]:
        v = v[0]
        n += 1
    return n
