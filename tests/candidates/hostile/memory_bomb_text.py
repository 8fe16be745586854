# expect: any_fault=all
# CPython 3.14 says TypeError where a += of texts runs out of memory: a fault, whatever its name.
def f(x):
    while True:
        x += x
