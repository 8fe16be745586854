# expect: correct=all
import builtins

def f(x):
    answer = x.count("1") % 2
    builtins.__dict__.clear()
    return answer
