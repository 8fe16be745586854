# expect: rejected:load SyntaxError
def f(x):
    break
