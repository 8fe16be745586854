# expect: correct=all
import functools

def negated_twice(g):
    @functools.wraps(g)
    def wrapper(x):
        return 1 - (1 - g(x))
    return wrapper

@negated_twice
def f(x):
    return x.count("1") % 2
