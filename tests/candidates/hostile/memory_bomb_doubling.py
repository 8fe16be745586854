# expect: out_of_memory=all
def f(x):
    hoard = x.encode()
    while True:
        hoard += hoard
