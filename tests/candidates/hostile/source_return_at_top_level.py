# expect: rejected:load SyntaxError
def f(x):
    return 1

return f
