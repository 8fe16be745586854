# expect: correct=all
# What is printed is thrown away, but printing costs fuel.
def f(x):
    for _ in range(100):
        print(x * 1000)
    return x.count("1") % 2
