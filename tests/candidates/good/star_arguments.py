# expect: correct=all
def f(*args, **kwargs):
    return args[0].count("1") % 2
