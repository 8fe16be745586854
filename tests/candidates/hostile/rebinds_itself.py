# expect: correct=all
# The function found at load is the program.
def f(x):
    global f
    f = None
    return x.count("1") % 2
