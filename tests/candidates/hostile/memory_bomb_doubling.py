# expect: out_of_memory=all
def f(x):
    hoard = [0]
    while True:
        hoard += hoard
