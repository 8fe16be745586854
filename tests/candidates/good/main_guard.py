# expect: correct=all
import sys

def f(x):
    return x.count("1") % 2

if __name__ == "__main__":
    print(f(sys.argv[1]))
